"""The types of settings that are addresses, checked when the environment is read.

A further kind of address belongs here; a setting is a field of settings.py. The page has its own: streamlit_ui.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

HTTP = re.compile(r"https?://", re.IGNORECASE)
PORT = re.compile(r":([^]@:]*)$")  # of the host, also of an IPv6 one in brackets
S3_HOST = re.compile(r"[a-z0-9.:-]+", re.IGNORECASE)  # boto3 refuses others as "Invalid endpoint"


def _problem(message: str) -> PydanticCustomError:
    return PydanticCustomError("address", "{message}", {"message": message})


def _http_url(value: str) -> str:
    if not HTTP.match(value):
        raise _problem("it must begin with http:// or https://")
    if re.search(r"\s", value):
        raise _problem("it must hold no space")
    try:
        parts = urlsplit(value)
    except ValueError:  # half a bracket of an IPv6 address; its message may hold the password
        raise _problem("its host cannot be read, as in http://127.0.0.1:8333 or http://[::1]:8333") from None
    if not parts.hostname:
        raise _problem("it must name a host, as in http://127.0.0.1:8333")
    found = PORT.search(parts.netloc)
    if found and not (re.fullmatch("[0-9]{1,5}", found[1]) and 1 <= int(found[1]) <= 65_535):
        raise _problem("its port must be a number from 1 to 65535")
    return value


def _s3_url(value: str) -> str:
    host = urlsplit(_http_url(value)).hostname or ""
    if not S3_HOST.fullmatch(host):
        raise _problem(f"its host {host!r} may hold only letters, digits, hyphens and dots")
    return value


def _supervisor_url(value: str) -> str:
    if value.startswith("unix://"):
        if not value.removeprefix("unix://"):
            raise _problem("it must name a socket, as in unix://.local/supervisor.sock")
        return value
    if not HTTP.match(value):
        raise _problem("it must begin with unix://, http:// or https://")
    return _http_url(value)


HttpUrl = Annotated[str, AfterValidator(_http_url)]
S3Url = Annotated[str, AfterValidator(_s3_url)]
SupervisorUrl = Annotated[str, AfterValidator(_supervisor_url)]
