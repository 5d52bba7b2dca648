"""HTTP to one endpoint: logging in, time limits, trying again, and each failure as one line.

Every request that kg sends can be sent twice without harm: a query reads, an update puts whole graphs in place. So a
connection that fails is tried again a few times before it is an error.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from kg import __version__
from kg.graph.store.errors import (
    AnswerCutError,
    EndpointError,
    EndpointLoginError,
    EndpointTimeoutError,
    EndpointUnreachableError,
)
from kg.graph.store.settings import Settings

_CONNECT = 10.0
#: Seconds to wait before each further try.
WAITS = (0.5, 1.5)
_BUSY = {502, 503, 504}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a status of success."""

    body: bytes
    headers: Mapping[str, str]


class Client:
    """Sends requests to the URLs of one endpoint; close it in the end."""

    def __init__(self, settings: Settings, waits: Sequence[float] = WAITS) -> None:
        self._settings = settings
        self._waits = tuple(waits)
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.timeout, connect=min(_CONNECT, settings.timeout)),
            auth=_login(settings),
            headers={"User-Agent": f"kg/{__version__}"},
        )

    def close(self) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request, ``data`` sent as a form. Raises EndpointError and its kinds."""
        request = self._client.build_request(
            method, url, data=data, content=content, params=params, headers=dict(headers or {})
        )
        for wait in (*self._waits, None):
            try:
                response, body = self._once(request)
            except httpx.TimeoutException as error:
                if not isinstance(error, httpx.ConnectTimeout) or wait is None:
                    raise EndpointTimeoutError(url, self._settings.timeout) from error
            except httpx.TransportError as error:
                if wait is None:
                    raise EndpointUnreachableError(url, _line(str(error)) or type(error).__name__) from error
            except httpx.HTTPError as error:  # a body that cannot be decoded, a URL that cannot be asked
                raise EndpointError(url, f"gave no usable answer ({_line(str(error))})") from error
            else:
                if response.status_code not in _BUSY or wait is None:
                    self._check(url, response, body)
                    return Answer(body, response.headers)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """One try. The time limit is for the whole answer: httpx itself only limits each read."""
        until = time.monotonic() + self._settings.timeout
        response = self._client.send(request, stream=True)
        try:
            parts = []
            for part in response.iter_bytes():
                parts.append(part)
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the whole answer took too long", request=request)
            return response, b"".join(parts)
        finally:
            response.close()

    def _check(self, url: str, response: httpx.Response, body: bytes) -> None:
        status = response.status_code
        if status == 206:
            raise AnswerCutError(url, "gave only a part of its answer: ask for less, or raise the server's limits")
        if response.is_success:
            return
        if status in {401, 403}:
            raise EndpointLoginError(url, given=self._settings.user is not None)
        if response.is_redirect:
            to = _line(response.headers.get("location", "somewhere else"))
            raise EndpointError(url, f"has moved to {to}: name that with --store")
        said = _line(body[:2000].decode("utf-8", "replace"))
        if status in {404, 405}:
            said = "see that the URL is right, or set KG_STORE_QUERY_URL, KG_STORE_UPDATE_URL and KG_STORE_GRAPH_URL"
        raise EndpointError(url, f"answers with status {status}" + (f": {said}" if said else ""))


class _Asked(httpx.Auth):
    """Basic or digest authentication, as the server asks for; digest, which keeps the password, when it takes both."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            response = yield request
            if response.status_code != 401:
                return
            asked = " ".join(response.headers.get_list("www-authenticate")).lower()
            kind = httpx.DigestAuth if "digest " in asked else httpx.BasicAuth
            self._chosen = kind(self._user, self._password)
        yield from self._chosen.auth_flow(request)


def _login(settings: Settings) -> httpx.Auth | None:
    if settings.user is None or settings.password is None:
        return None
    return _Asked(settings.user, settings.password)


def _line(text: str) -> str:
    """What a server says, on one line of printable characters, cut."""
    shown = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
