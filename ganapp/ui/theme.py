"""Gradio's own theme in the colours of assets/css/tokens.css, for the few things Gradio still draws: its API page and its notices."""

from __future__ import annotations

import re
from functools import cache

import gradio as gr
from gradio.themes.utils.colors import Color

from ganapp.base import paths

ULTRAMARINE = ("#f3f4fe", "#e4e7fb", "#c9cff7", "#a3adf0", "#7582e6", "#4b5adb", "#2336cf", "#1d2eb5", "#1827a0", "#141f7c", "#0e1238")
NEUTRAL = ("#fafbfb", "#f4f5f6", "#e9ebee", "#dcdfe3", "#a3a9b3", "#7f858f", "#565c66", "#3c424b", "#262a30", "#1a1d21", "#121417")
LATIN = ["-apple-system", "Segoe UI", "Roboto"]  # before the Chinese ones, whose quotation marks and dashes are full-width
FONT = [*LATIN, "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "system-ui", "sans-serif"]
FLAT = ("block_border_width", "block_padding", "panel_border_width", "form_gap_width", "layout_gap")
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
NAMES = {  # Gradio's variable -> our token
    "body_background_fill": "page",
    "body_text_color": "ink",
    "body_text_color_subdued": "ink-2",
    "border_color_primary": "line",
    "input_background_fill": "sheet",
    "input_border_color": "edge",
    "error_text_color": "bad",
    "error_border_color": "bad",
    "error_background_fill": "sheet",
    "link_text_color": "accent",
    "link_text_color_hover": "accent-deep",
}


@cache
def tokens(dark: bool) -> dict[str, str]:
    """The custom properties of tokens.css for one tone: name without the dashes -> value."""
    text = (paths.assets() / "css" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(r"^body\.dark \{(.*?)^\}" if dark else r"^:root \{(.*?)^\}", text, re.S | re.M)
    assert block is not None, "tokens.css declares both tones"
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block[1]))


def theme() -> gr.themes.Base:
    """Base theme with our colours and the system's fonts, so nothing is fetched from anywhere."""
    accent, grey = Color(*ULTRAMARINE, name="ultramarine"), Color(*NEUTRAL, name="table")
    values = {name: tokens(False)[token] for name, token in NAMES.items()}
    values |= {f"{name}_dark": tokens(True)[token] for name, token in NAMES.items()}
    values |= dict.fromkeys(FLAT, "0px") | dict.fromkeys(("block_background_fill", "block_background_fill_dark"), "transparent")
    values |= {"block_shadow": "none", "color_accent": tokens(False)["accent"]}
    themed = gr.themes.Base(primary_hue=accent, secondary_hue=grey, neutral_hue=grey, font=FONT, font_mono=MONO)
    return themed.set(**values)
