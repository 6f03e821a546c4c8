"""What ``function_app`` registered, by kind: each function is reached through its own trigger's binding."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import azure.durable_functions as df


class HttpFunction(NamedTuple):
    """An HTTP-triggered function: its route below ``/api``, its methods, and the user code under the client binding."""

    name: str
    route: str
    methods: tuple[str, ...]
    call: Callable[..., Any]


class BlobFunction(NamedTuple):
    """A blob-triggered function and the path it watches."""

    name: str
    path: str
    call: Callable[..., Any]


class TimerFunction(NamedTuple):
    """A timer-triggered function and its NCRONTAB schedule."""

    name: str
    schedule: str
    call: Callable[..., Any]


class AppIndex(NamedTuple):
    """All functions of the app that a local host can run; orchestrators as production's engine is given them."""

    orchestrators: dict[str, Any]
    activities: dict[str, Callable[[Any], Any]]
    http: tuple[HttpFunction, ...]
    blobs: tuple[BlobFunction, ...]
    timers: tuple[TimerFunction, ...]


@cache
def index(app: df.DFApp) -> AppIndex:
    """Index ``app`` by the bindings of its functions, as the Functions host does; an app can be read out once."""
    orchestrators, activities = {}, {}
    http: list[HttpFunction] = []
    blobs: list[BlobFunction] = []
    timers: list[TimerFunction] = []
    for function in app.get_functions():
        trigger = function.get_trigger().get_dict_repr()
        name, user = function.get_function_name(), function.get_user_function()
        match trigger["type"]:
            case "orchestrationTrigger":
                orchestrators[name] = user
            case "activityTrigger":
                activities[name] = user
            case "httpTrigger":
                methods = tuple(str(method) for method in trigger["methods"])
                http.append(HttpFunction(name, trigger["route"], methods, user.client_function))
            case "blobTrigger":
                blobs.append(BlobFunction(name, trigger["path"], user.client_function))
            case "timerTrigger":
                timers.append(TimerFunction(name, trigger["schedule"], user.client_function))
    return AppIndex(orchestrators, activities, tuple(http), tuple(blobs), tuple(timers))
