"""The service that a follow-up is about, from its appointment until it is confirmed.

The commands, and the rules that are theirs; ``life`` has the rows of the table. That a service was
given counts as confirmed once the provider has said so and the person has: whoever follows up says
the provider's word, and the person's is taken by the sender or the custodian. What whoever follows
up says in the person's name is kept, and does not count.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from services.followup import custody
from services.followup.decisions import FOLLOWER
from services.followup.followup import (
    PERSON,
    PROVIDER,
    Delivered,
    Ended,
    FollowUpResumed,
    InProgress,
    OnHold,
    Open,
    Scheduled,
    confirmed,
)
from services.followup.refusals import (
    AlreadyConfirmed,
    AppointmentGone,
    EnrolmentNeeded,
    NothingDelivered,
)
from services.followup.service_facts import (
    DeliveryConfirmed,
    OutcomeConfirmed,
    ServiceCompleted,
    ServiceScheduled,
    ServiceStarted,
)
from shared.kernel.decider import Command, Known, Leans
from shared.kernel.fields import Coded, Described
from shared.kernel.life import Relation
from shared.kernel.life.refusals import NotYours, not_yours
from shared.kernel.text import Text

ASSESSMENT = "assessment"
"""The kind of referral (``referral_kinds``) whose follow-up is about an enrolment."""
CUSTODY = "custody"
"""The name under which the rules get who has custody of the case, as it was heard."""
_WHY = Described(Text("El motivo, como código.", "Why, as a code."))

# --- commands -------------------------------------------------------------------------------


class ScheduleService(Command, kw_only=True):
    """The person has an appointment, or another one than before."""

    title: ClassVar[Text] = Text("Dar cita", "Schedule")
    description: ClassVar[Text] = Text(
        "Registra la cita de la persona, o la que la cambia.",
        "Record the person's appointment, or the one that replaces it.",
    )

    scheduled_for: Annotated[
        datetime,
        Described(Text("Cuándo es la cita, con su zona.", "When it is, with its time zone.")),
    ]


class StartService(Command, kw_only=True):
    """The service is being given."""

    title: ClassVar[Text] = Text("Empezar el servicio", "Start the service")
    description: ClassVar[Text] = Text(
        "Dice que el servicio empezó.", "Say that the service has begun."
    )


class CompleteService(Command, kw_only=True):
    """The service was given: these of those that were asked for, or others (``service_kinds``)."""

    title: ClassVar[Text] = Text("Dar por prestado", "Complete the service")
    description: ClassVar[Text] = Text(
        "Dice qué servicios se prestaron; de los que se pidieron, los demás quedan sin prestar.",
        "Say which services were given; of those that were asked for, the others were not.",
    )

    delivered: Annotated[
        tuple[str, ...],
        Coded("service_kinds"),
        Described(Text("Qué se prestó.", "What was given."), least=1, most=20),
    ]


class ConfirmDelivery(Command, kw_only=True):
    """The provider, or the person, says that the service was given (``confirmers``)."""

    title: ClassVar[Text] = Text("Confirmar que se prestó", "Confirm the delivery")
    description: ClassVar[Text] = Text(
        "Registra que la proveedora o la persona confirma el servicio. La palabra de la persona"
        " cuenta si la toma la remitente o quien responde por el caso.",
        "Record that the provider or the person confirms the service. The person's word counts if"
        " the sender or the custodian takes it.",
    )

    confirmer: Annotated[
        str, Coded("confirmers"), Described(Text("De quién es la palabra.", "Whose word it is."))
    ]


class FailFollowUp(Command, kw_only=True):
    """The service was not given, and will not be (``failure_reasons``)."""

    title: ClassVar[Text] = Text("Dar por no lograda", "Fail")
    description: ClassVar[Text] = Text(
        "Termina el seguimiento porque el servicio no se prestó ni se prestará.",
        "End the follow-up, since the service was not given and will not be.",
    )

    reason: Annotated[str, Coded("failure_reasons"), _WHY]


class CancelFollowUp(Command, kw_only=True):
    """The person does not want it any more (``cancellation_reasons``)."""

    title: ClassVar[Text] = Text("Cancelar a petición de la persona", "Cancel for the person")
    description: ClassVar[Text] = Text(
        "Termina el seguimiento porque la persona ya no lo desea.",
        "End the follow-up, since the person does not want it any more.",
    )

    reason: Annotated[str, Coded("cancellation_reasons"), _WHY]


class StateEnrolment(Command, kw_only=True):
    """What was found out about the person's place in the service (``enrolment_statuses``)."""

    title: ClassVar[Text] = Text("Decir si se inscribió", "State the enrolment")
    description: ClassVar[Text] = Text(
        "Dice si la persona ya recibía el servicio, puede recibirlo, quedó inscrita o no. Lo último"
        " que se diga es lo que vale.",
        "Say whether the person was served already, is eligible, was enrolled or refused. What is"
        " said last counts.",
    )

    enrolment: Annotated[
        str,
        Coded("enrolment_statuses"),
        Described(Text("La inscripción, como código.", "The enrolment, as a code.")),
    ]


ServingCommand = (
    ScheduleService
    | StartService
    | CompleteService
    | ConfirmDelivery
    | FailFollowUp
    | CancelFollowUp
    | StateEnrolment
)
"""The commands about the service."""

# --- who may --------------------------------------------------------------------------------


def leans_on(command: Command, one: object) -> Leans:
    """Return the stream that says who has custody, for the one command that depends on it."""
    if isinstance(command, ConfirmDelivery) and isinstance(one, Delivered):
        return {CUSTODY: (custody.DECIDER, custody.stream_of(one.opening.case_id))}
    return {}


def custodian_of(one: Open, known: Mapping[str, Known]) -> str:
    """Return who has custody. Before any transfer it is the institution that shared the case."""
    heard: custody.Custody = known[CUSTODY].state if CUSTODY in known else custody.Custody()
    return heard.custodian or one.opening.sender


def _sender(one: Open, _: object) -> str:
    return one.opening.sender


SENDER = Relation("sender", of=_sender)
CUSTODIAN = Relation("custodian", of=custodian_of)

# --- guards ---------------------------------------------------------------------------------


def is_still_to_come(command: ScheduleService, *_: object) -> AppointmentGone | None:
    """Refuse an appointment that was over when it was made."""
    return AppointmentGone("scheduled_for") if command.scheduled_for < command.at else None


def something_was_delivered(command: CompleteService, *_: object) -> NothingDelivered | None:
    """Refuse to complete a service of which nothing was given: that has failed."""
    return None if command.delivered else NothingDelivered("delivered")


def is_theirs_to_say(command: ConfirmDelivery, one: Delivered, _: object) -> NotYours | None:
    """Leave the provider's word to whoever follows up."""
    own = command.by.institution == one.opening.institution
    return None if own or command.confirmer != PROVIDER else not_yours((FOLLOWER.code,))


def is_not_said_yet(command: ConfirmDelivery, one: Delivered, _: object) -> AlreadyConfirmed | None:
    """Refuse a word that counts already, or that the same institution has taken before."""
    said = (command.confirmer, command.by.institution)
    known = command.confirmer in one.confirmed_by or said in one.confirmations
    return AlreadyConfirmed() if known else None


def the_enrolment_is_stated(_: Command, one: Open | Ended, __: object) -> EnrolmentNeeded | None:
    """Refuse to close an assessment of which nobody has said what came of it."""
    needed = one.opening.kind == ASSESSMENT and one.work.enrolment is None
    return EnrolmentNeeded() if needed else None


# --- what follows ---------------------------------------------------------------------------


def completion(command: CompleteService, one: Open, _: object) -> tuple[ServiceCompleted]:
    """Say what was given, and what of that which was asked for was not."""
    undelivered = tuple(each for each in one.opening.services if each not in command.delivered)
    return (ServiceCompleted(one.referral_id, command.delivered, undelivered),)


def confirmation(
    command: ConfirmDelivery, one: Delivered, known: Mapping[str, Known]
) -> tuple[DeliveryConfirmed | OutcomeConfirmed, ...]:
    """Keep who confirmed it; once provider and person have, the outcome is confirmed."""
    taken_by, version = command.by.institution, known[CUSTODY].version
    said = DeliveryConfirmed(one.referral_id, command.confirmer, taken_by, version)
    if confirmed(one, said).confirmed_by == {PROVIDER, PERSON}:
        return said, OutcomeConfirmed(one.referral_id)
    return (said,)


def resumption(
    _: Command, one: OnHold, __: object
) -> tuple[FollowUpResumed | ServiceScheduled | ServiceStarted, ...]:
    """Go on, from where it was paused: with the appointment, or with the service."""
    resumed = FollowUpResumed(one.referral_id)
    if isinstance(one.paused, Scheduled):
        return resumed, ServiceScheduled(one.referral_id, one.paused.scheduled_for)
    if isinstance(one.paused, InProgress):
        return resumed, ServiceStarted(one.referral_id)
    return (resumed,)
