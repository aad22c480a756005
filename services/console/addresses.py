"""How the parts of the pages' addresses are written: any other address is of no page (404)."""

from typing import ClassVar

from starlette.convertors import StringConvertor, register_url_convertor

from shared.kernel.ids import INSTITUTION_CODE, TOKEN_NAME

_END = "(?!\n)"
"""Python's ``$`` allows a line's end after it."""


class _InstitutionCode(StringConvertor):
    regex: ClassVar[str] = INSTITUTION_CODE + _END


class _EntryCode(StringConvertor):
    regex: ClassVar[str] = INSTITUTION_CODE + _END


class _TokenName(StringConvertor):
    regex: ClassVar[str] = TOKEN_NAME + _END


register_url_convertor("institution_code", _InstitutionCode())
register_url_convertor("entry_code", _EntryCode())
register_url_convertor("token_name", _TokenName())

INSTITUTION = "/instituciones/{institution:institution_code}"
NORM = "/guias/{entry_id:entry_code}"
AGREEMENT = "/convenios/{agreement_id:uuid}"
TOKENS = f"{INSTITUTION}/tokens"
TOKEN = f"{TOKENS}/{{token:token_name}}"
