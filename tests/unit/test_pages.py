"""The dashboard's page and assets: what is served, under which headers, and that nothing in it reaches outside."""

import asyncio
import json
import re
from html.parser import HTMLParser

import azure.functions as func
import pytest

from triggers import pages
from triggers.http import respond

SERVED = {"": "text/html", **pages.ASSETS}
EACH_FILE = pytest.mark.parametrize("name", SERVED)
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
SVG_NAMESPACE = "http://www.w3.org/2000/svg"


def ask(name, **headers):
    """The reply to a request for the page (empty name) or one of its assets."""
    handler = pages.asset if name else pages.dashboard
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    request = func.HttpRequest("GET", "/", headers=headers, route_params={"asset": name}, body=b"")
    return asyncio.run(respond(handler, request, None, None))


def text_of(name):
    return ask(name).get_body().decode()


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text inside script and style elements."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.inline = ""
        self.within = ""
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.within = tag

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within in {"script", "style"}:
            self.inline += data.strip()


PAGE = Elements(text_of(""))
SCRIPTS = [name for name in SERVED if name.endswith(".js")]
EACH_SCRIPT = pytest.mark.parametrize("name", SCRIPTS)


# --- how it is served -------------------------------------------------------------------------------------------------


@EACH_FILE
def test_each_file_comes_with_its_type_and_the_protective_headers(name):
    """Page and assets are typed, revalidated, unsniffable and under the same policy."""
    reply = ask(name)
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["Content-Security-Policy"].split(";"))
    assert (reply.status_code, reply.mimetype) == (200, SERVED[name])
    assert policy == POLICY
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Cache-Control"] == "no-cache"


@EACH_FILE
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{} , "more"', "*"])
def test_a_caller_that_has_the_file_gets_304(name, form):
    """Every form of If-None-Match that matches gives an empty 304 with the same ETag and policy."""
    etag = ask(name).headers["ETag"]
    reply = ask(name, if_none_match=form.format(etag))
    assert reply.status_code == 304
    assert not reply.get_body()
    assert reply.headers["ETag"] == etag
    assert "Content-Security-Policy" in reply.headers


@pytest.mark.parametrize("tag", ['"other"', "", ",", "W/"])
def test_another_etag_gets_the_file(tag):
    """What does not match is answered in full."""
    reply = ask("dashboard.js", if_none_match=tag)
    assert reply.status_code == 200
    assert reply.get_body()


def test_files_have_different_etags():
    """An ETag is of the file's bytes."""
    assert len({ask(name).headers["ETag"] for name in SERVED}) == len(SERVED)


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "dashboard.html",
        "DASHBOARD.CSS",
        "../host.json",
        "..",
        "%2e%2e%2fhost.json",
        "/etc/passwd",
        "a\x00b",
    ],
)
def test_any_other_name_is_a_404_problem_that_does_not_repeat_it(name):
    """Only the fixed names are files; a path is a name like any other, and is not echoed."""
    reply = ask(name)
    body = json.loads(reply.get_body())
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")
    assert (body["status"], body["code"]) == (404, "not_found")
    assert "dashboard.css" in body["detail"]
    assert name == ".." or name.lower() in pages.ASSETS or name not in body["detail"]


def test_an_asset_route_without_a_name_is_a_404():
    """A request without the path parameter is refused like an unknown name."""
    request = func.HttpRequest("GET", "/", route_params={}, body=b"")
    assert asyncio.run(respond(pages.asset, request, None, None)).status_code == 404


# --- what is in it ----------------------------------------------------------------------------------------------------


@EACH_FILE
def test_nothing_reaches_outside(name):
    """No file names another host, whatever the scheme."""
    text = text_of(name).replace(SVG_NAMESPACE, "")
    assert not re.search(r"\b(?:https?|wss?|ftp):|[\"'(]//|@import|@font-face", text)


def test_the_page_holds_no_inline_script_or_style():
    """The policy would refuse them: script or style content, style or event attributes, script and data addresses."""
    names = {name for _, attributes in PAGE.found for name in attributes}
    values = [value or "" for _, attributes in PAGE.found for value in attributes.values()]
    assert not PAGE.inline
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    assert not [value for value in values if value.lower().startswith(("javascript:", "data:"))]


def test_the_page_asks_for_served_assets_only():
    """Every script, style and picture is one of the asset route's files, and each of these is used."""
    asked = {
        attributes.get("src") or attributes["href"]
        for tag, attributes in PAGE.found
        if tag in {"script", "link", "img"}
    }
    assert asked == {f"/api/dashboard/{name}" for name in pages.ASSETS}


def test_every_file_of_the_folder_is_served():
    """What lies in the folder is the page or an asset: nothing is left behind there."""
    assert {file.name for file in pages.WEB.iterdir()} == {pages.PAGE, *pages.ASSETS}


@EACH_SCRIPT
def test_no_script_parses_text_as_markup_or_code(name):
    """Customers' and models' words become text nodes; none of the ways to make markup or code of them is used."""
    script = text_of(name)
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\b|new Function|setHTML"
    assert not re.search(ways, script)
    assert not re.search(r"setAttribute\(\s*[\"'](?:style|on)", script)


def test_every_control_has_a_name():
    """Each field of the page has a label, each dialog and region a heading or a name of its own."""
    labelled = {attributes["for"] for tag, attributes in PAGE.found if tag == "label"}
    ids = {attributes["id"] for _, attributes in PAGE.found if "id" in attributes}
    fields = [attributes for tag, attributes in PAGE.found if tag in {"input", "select", "textarea"}]
    headed = [attributes["aria-labelledby"] for _, attributes in PAGE.found if "aria-labelledby" in attributes]
    assert fields
    assert {attributes["id"] for attributes in fields} <= labelled
    assert set(headed) <= ids
    assert all(
        {"aria-labelledby", "aria-label"} & attributes.keys()
        for tag, attributes in PAGE.found
        if tag in {"nav", "aside", "dialog"}
    )


def test_ids_are_unique_and_every_one_the_script_asks_for_is_there():
    """The script finds its elements: a renamed id fails here, not in the browser."""
    ids = [attributes["id"] for _, attributes in PAGE.found if "id" in attributes]
    asked = {found for name in SCRIPTS for found in re.findall(r"\bbyId\(\"([a-z-]+)\"\)", text_of(name))}
    assert len(ids) == len(set(ids))
    assert asked
    assert asked <= set(ids)


def test_the_page_speaks_a_language_and_fits_a_phone():
    """Screen readers need the language, small screens the viewport."""
    attributes = dict(PAGE.found)
    viewports = [found["content"] for tag, found in PAGE.found if tag == "meta" and found.get("name") == "viewport"]
    assert attributes["html"]["lang"]
    assert viewports == ["width=device-width, initial-scale=1"]


def test_motion_stops_for_those_who_ask_for_less():
    """The style sheet honours prefers-reduced-motion."""
    assert "prefers-reduced-motion" in text_of("dashboard.css")
