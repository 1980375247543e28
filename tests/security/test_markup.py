"""No script makes markup from text, and no page runs a script that is not ours. tests/browser/test_markup.py puts markup in every name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.ui.server import headers

MARK = "\"'><img src=x onerror=hurt()>"  # as long as a slider's name may be
SCRIPTS = sorted((paths.assets() / "js").rglob("*.js"))
SINKS = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|DOMParser|setHTML|parseHTML"
SINKS += r"|\beval\(|new Function|javascript:|\.on[a-z]+\s*=\s*[\"'`]|setAttribute\(\s*[\"'`](on|data-t-html)|tHtml\s*="
ALLOWED = {"markup.js": {"innerHTML"}}  # once each


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(paths.assets() / "js")))
def test_no_script_makes_markup_from_text(script: Path) -> None:
    code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", script.read_text(encoding="utf-8"), flags=re.S | re.M)
    assert sorted(each[0] for each in re.finditer(SINKS, code)) == sorted(ALLOWED.get(script.name, set()))
    for template in re.findall(r"markup`(?:[^`$]|\$(?!\{)|\$\{[^}]*\})*`", code):
        assert not re.search(r"\s(on\w+|href|src|style|srcset|action)=[\"']?\$\{", template), "an address or a handler is no text"
        assert not re.search(r"=\$\{", template), "a value stands in quotes"


def test_no_markup_of_ours_holds_a_handler() -> None:
    for page in [*(paths.assets() / "pages").glob("*.html"), *(paths.assets() / "shell").glob("*.html")]:
        assert not re.search(r"\son\w+\s*=|javascript:|<script|<iframe", page.read_text(encoding="utf-8")), page.name
    for file in (paths.assets() / "locales").glob("*/*.json"):
        assert not re.search(r"<(?!/?(b|i|em|strong|sub|sup|code|br|span|var)\b)[a-z]|\son\w+=", file.read_text(encoding="utf-8")), file


def test_templates_take_values_as_text() -> None:
    script = """
      globalThis.document = { createElement: () => ({}), importNode: (content) => content };
      const { markup, sentence } = await import(process.argv[1]);
      const written = (it) => {
        let seen;
        document.createElement = () => ({ set innerHTML(text) { seen = text; } });
        it.nodes;
        return seen;
      };
      const mark = process.argv[2];
      const out = [written(markup`<b title="${mark}">${[mark, markup`<i>${mark}</i>`]}</b>`)];
      const raw = Object.assign([mark], { raw: [mark] });
      for (const wrong of [() => markup([mark]), () => markup(raw), () => new markup`x`.constructor({}, mark)]) {
        try { wrong(); out.push("made"); } catch (problem) { out.push(problem.name); }
      }
      console.log(JSON.stringify(out));"""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the browser below says the same of the page")
    told = [node, "--input-type=module", "-e", script, (paths.assets() / "js" / "shell" / "markup.js").as_uri(), MARK]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made, *refused = json.loads(done.stdout)
    assert made.count("<") == 4, made
    assert refused == ["TypeError"] * 3


def test_the_policy_lets_only_our_own_scripts_run() -> None:
    document = '<script>a()</script><script type="application/json" id="x">{}</script><script src="b.js"></script><b onclick="c()"></b>'
    policy = headers.of_page(document)["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src "))
    assert "'unsafe-inline'" not in scripts
    assert scripts.count("sha256-") == 1
    assert "script-src-attr 'none'" in policy
    assert "frame-ancestors 'self'" in policy
