"""The refusals of overriding consent."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class OverrideNotRequested(Missing):
    """There is no such override."""

    code: ClassVar[str] = "consent-override-not-requested"
    text: ClassVar[Text] = Text(
        "Nadie ha pedido esa dispensa. Pídala, con su fundamento.",
        "Nobody has asked for that override. Ask for it, with its basis.",
    )


class OverrideAlreadyRequested(Conflicting):
    """An override is asked for once."""

    code: ClassVar[str] = "consent-override-already-requested"
    text: ClassVar[Text] = Text(
        "Esa dispensa ya se pidió. Vea cómo está, o pida otra.",
        "That override was asked for already. See how it stands, or ask for another.",
    )


class OverrideAlreadyAnswered(Conflicting):
    """A second person answers once."""

    code: ClassVar[str] = "consent-override-already-answered"
    text: ClassVar[Text] = Text(
        "Esa dispensa ya se confirmó o se rechazó. Si hace falta, pida otra.",
        "That override was confirmed or rejected already. If one is needed, ask for another.",
    )


class OverrideLapsed(Conflicting):
    """What nobody confirmed in time says nothing of now."""

    confirm_by: str
    code: ClassVar[str] = "consent-override-lapsed"
    text: ClassVar[Text] = Text(
        "La dispensa podía confirmarse hasta el {confirm_by}. Pida otra si el motivo sigue.",
        "The override could be confirmed until {confirm_by}. Ask for another if the ground still"
        " holds.",
    )


class CustodianOverrides(Forbidden):
    """Whoever answers for the case answers for what is disclosed without consent."""

    code: ClassVar[str] = "custodian-overrides-consent"
    text: ClassVar[Text] = Text(
        "La dispensa la pide y la decide quien responde por el caso. Dígaselo a esa institución.",
        "An override is asked for and decided by whoever has custody of the case. Tell that"
        " institution.",
    )


class NotInThisRole(Forbidden):
    """Caseworkers and supervisors ask; supervisors and administrators confirm."""

    code: ClassVar[str] = "not-in-this-role"
    text: ClassVar[Text] = Text(
        "Una dispensa la pide quien tiene el rol caseworker o supervisor, y la decide quien tiene"
        " el rol supervisor o administrator. Pídaselo a alguien con ese rol.",
        "An override is asked for by a caseworker or a supervisor, and decided by a supervisor or"
        " an administrator. Ask somebody in that role.",
    )


class SecondPersonNeeded(Forbidden):
    """The same person twice is one person, and the same role twice is one view."""

    code: ClassVar[str] = "second-person-needed"
    text: ClassVar[Text] = Text(
        "La dispensa la decide otra persona, con otro rol que quien la pidió. Pídaselo a alguien"
        " más.",
        "An override is decided by another person, in another role than whoever asked for it. Ask"
        " somebody else.",
    )


class BasisNotUsable(Invalid):
    """It is a norm that allows it, not a reason of ours."""

    code: ClassVar[str] = "override-basis-not-usable"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser la clave de una ficha del registro de normas. Búsquela, o pida que se"
        " registre.",
        "“{field}” must be the id of an entry of the register of norms. Look for it, or ask that"
        " it be registered.",
    )


class NotARecipient(Invalid):
    """An override is for one other institution."""

    code: ClassVar[str] = "not-a-recipient"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser la clave de otra institución del directorio. Búsquela ahí.",
        "“{field}” must be the code of another institution of the directory. Look there.",
    )


class OverrideNamesNoData(Invalid):
    """No more data than are needed."""

    code: ClassVar[str] = "override-names-no-data"
    text: ClassVar[Text] = Text(
        "«{field}» debe decir qué categorías de datos. Nombre solo las que hacen falta.",
        "“{field}” must say which categories of data. Name only those that are needed.",
    )


class NobodyToNotify(Invalid):
    """What is done without the person is told to somebody."""

    code: ClassVar[str] = "nobody-to-notify"
    text: ClassVar[Text] = Text(
        "«{field}» debe nombrar a quién se avisa. Si avisar a la persona la pone en riesgo, nombre"
        " a quien la representa o a quien audita.",
        "“{field}” must name who is told. If telling the person puts them at risk, name the"
        " guardian or the auditor.",
    )


class NotToBeNotified(Invalid):
    """Only those whom the override names are told of it."""

    code: ClassVar[str] = "not-to-be-notified"
    text: ClassVar[Text] = Text(
        "«{field}» no está entre aquellos a quienes se avisa de esta dispensa. Vea a quién nombra.",
        "“{field}” is not among those who are told of this override. See whom it names.",
    )
