"""The context of a request for a page: its language, its session, and its answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi.security import HTTPAuthorizationCredentials
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.console.ports import Source
from services.console.rendering import page
from services.console.sessions import LONGEST, Sessions
from services.console.static_files import ASSETS
from services.console.texts import LANGUAGES
from services.console.threads import PageThreads
from shared.identity.caller import Caller
from shared.identity.oidc_sign_in import SignedIn
from shared.identity.oidc_tokens import looks_signed
from shared.kernel.refusals import Refused
from shared.web.access import CALLER
from shared.web.identity import caller
from shared.web.public_url import PublicUrl

P = ParamSpec("P")
T = TypeVar("T")

_LANGUAGE = "canaliza-lang"
_YEAR = 365 * 86_400
_FORM = 4_096  # bytes; the longest form has a token and an address
_FIELDS = 8
_OF_SECRETS = ("/enlace/", "/entrar/")
"""Where a query may hold what opens a link or begins a session: no page there writes it again."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
REPORT = "/informe"
NORMS = "/guias"
AGREEMENTS = "/convenios"
WAITING = "/pendientes"
SERVICES, STALE = "/servicios", "/directorio/vencidos"
_AFTER_SIGNING_IN = re.compile(
    rf"/(casos|instituciones|guias|convenios|canalizaciones)/[0-9A-Za-z-]{{3,60}}|{REPORT}|{NORMS}|{AGREEMENTS}"
    rf"|{SERVICES}|{STALE}|{WAITING}"
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request with the language of its answer, and who is signed in (None: nobody)."""

    request: Request
    lang: str
    caller: Caller | None

    async def answer(self, template: str, code: int = 200, **more: Any) -> Response:
        """Answer with a page, drawn beside the event loop: nobody else waits for it."""
        return await beside(self.request, partial(self.drawn, template, code, **more))

    def drawn(self, template: str, code: int = 200, **more: Any) -> Response:
        """Draw a page and answer with it; a language chosen by link is remembered."""
        content = page(
            template,
            self.lang,
            caller=self.caller,
            at=self._addresses(),
            provider=self.request.app.state.sign_in is not None,
            **more,
        )
        response = HTMLResponse(content, code)
        if self.request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(
                _named(self.request, _LANGUAGE),
                self.lang,
                _YEAR,
                httponly=True,
                samesite="lax",
                secure=is_secure(self.request),
            )
        return response

    def error(
        self,
        status: int,
        title: str,
        sentence: str,
        then: str | None = None,
        elsewhere: str | None = None,
    ) -> Response:
        """Answer with the page of an error, drawn at once: it is small.

        then: the page to show after signing in, for which it has a form; None: it has none.
        elsewhere: the address to go on from; None: home.
        """
        return self.drawn(
            "error.html",
            status,
            status=status,
            title=title,
            sentence=sentence,
            sign_in=then is not None,
            refused=False,
            next_page=then,
            elsewhere=elsewhere,
        )

    def base(self) -> str:
        """Return the address of the site, with a slash at its end."""
        return f"{origin(self.request)}/"

    def _addresses(self) -> dict[str, str]:
        other = next(code for code in LANGUAGES if code != self.lang)
        asked = self.request.query_params.multi_items()
        secret = self.request.url.path.startswith(_OF_SECRETS)
        kept = [] if secret else [(name, value) for name, value in asked if name != "lang"]
        return {
            "style": ASSETS["style.css"].address,
            "icon": ASSETS["icon.svg"].address,
            "other_language": f"?{urlencode([*kept, ('lang', other)])}",
        }


def source_of(request: Request) -> Source:
    """Return the source of what the pages show."""
    source: Source = request.app.state.source
    return source


async def request_context(request: Request) -> RequestContext:
    """Find the caller and the language of a request."""
    return RequestContext(request, language(request), await _signed_in(request))


def language(request: Request) -> str:
    """Return the language chosen by link, now or before; Spanish otherwise."""
    remembered = request.cookies.get(_named(request, _LANGUAGE))
    requested = (request.query_params.get("lang"), remembered)
    return next((code for code in requested if code is not None and code in LANGUAGES), "es")


async def sign_in(request: Request, secret: str, next_page: str) -> Response | None:
    """Begin a session and redirect to a page of ours; None if the token is not in force."""
    # A provider's token is not pasted here: back-channel logout could not end its session.
    by = None if looks_signed(secret) else await _caller(request, secret)
    if by is None:
        return None
    return _begun(request, RedirectResponse(next_page, 303), _sessions(request).begin(secret, by))


async def sign_in_with_provider(request: Request, found: SignedIn, response: Response) -> Response:
    """Begin a session for whom the provider vouches; return the response with its cookie.

    Refused if they are nobody here.
    """
    by = await caller(request, _bearer(found.access_token))
    session_id = _sessions(request).begin(found.access_token, by, found.until, found.session)
    return _begun(request, response, session_id)


def _begun(request: Request, response: Response, session_id: str) -> Response:
    """End the browser's session before and give it this one."""
    _sessions(request).end(request.cookies.get(_cookie(request), ""))
    response.set_cookie(
        _cookie(request),
        session_id,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
    return response


def follows_provider(request: Request) -> bool:
    """Whether the browser's session was begun with the provider."""
    return _sessions(request).follows_provider(request.cookies.get(_cookie(request), ""))


def sign_out(request: Request, response: Response) -> Response:
    """End the session, here and in the browser."""
    _sessions(request).end(request.cookies.get(_cookie(request), ""))
    response.delete_cookie(
        _cookie(request), httponly=True, samesite="strict", secure=is_secure(request)
    )
    return response


async def form(request: Request, most_fields: int = _FIELDS) -> dict[str, str]:
    """Return the fields of a form sent by one of our own pages.

    Raises HTTPException: 403 if another site sent it; 422 if a field has control characters; and as
    ``body_fields``. SameSite keeps others' requests from using a session; this keeps others from
    signing somebody in as themselves.
    """
    site, sender = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none") or sender not in (None, origin(request)):
        raise HTTPException(403)
    fields = await body_fields(request, _FORM, most_fields)
    if any(_CONTROL.search(value.strip()) for value in fields.values()):
        raise HTTPException(422)
    return fields


async def body_fields(request: Request, longest: int, most_fields: int = _FIELDS) -> dict[str, str]:
    """Return the fields of a form.

    Raises HTTPException: 413 beyond so many bytes, or fields; 400 if a field is there twice.
    """
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > longest:
                raise HTTPException(413)
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=most_fields)
    except ClientDisconnect:
        raise HTTPException(408) from None
    except ValueError:
        raise HTTPException(413) from None
    if any(len(values) > 1 for values in fields.values()):
        raise HTTPException(400)
    return {name: value for name, [value] in fields.items()}


async def beside(request: Request, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do blocking or long work in the threads of the pages. Raises TooManyPages."""
    threads: PageThreads = request.app.state.threads
    asking: Caller | None = request.scope.get(CALLER)
    return await threads.run(asking.institution if asking else "", work, *args, **kwargs)


async def _signed_in(request: Request) -> Caller | None:
    session_id = request.cookies.get(_cookie(request))
    secret = _sessions(request).secret(session_id) if session_id else None
    return await _caller(request, secret) if secret else None


async def _caller(request: Request, secret: str) -> Caller | None:
    """Identify the caller of a token exactly as if it had come in a header."""
    try:
        return await caller(request, _bearer(secret))
    except Refused:
        return None


def _bearer(secret: str) -> HTTPAuthorizationCredentials:
    return HTTPAuthorizationCredentials(scheme="Bearer", credentials=secret)


def own_page(address: str) -> str:
    """Return an address if it is of a page that may be shown after signing in, else the first."""
    return address if _AFTER_SIGNING_IN.fullmatch(address) else "/"


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def origin(request: Request) -> str:
    """Return the address of the pages, without a slash at its end.

    It is the operator's word, where there is one: a request may claim any.
    """
    public: PublicUrl | None = request.app.state.public_url
    return public.origin if public else f"{request.url.scheme}://{request.url.netloc}"


def cookie_name(request: Request, what: str) -> str:
    """Name a cookie after the port: installations on one host share its cookies."""
    parts = urlsplit(origin(request))
    return _named(request, f"canaliza-{what}-{parts.port or parts.scheme}")


def _cookie(request: Request) -> str:
    return cookie_name(request, "session")


def _named(request: Request, name: str) -> str:
    """Return a cookie's name, such that over https no other host can have set it."""
    return f"__Host-{name}" if is_secure(request) else name


def is_secure(request: Request) -> bool:
    """Whether cookies are kept for encrypted connections."""
    return origin(request).startswith("https:")
