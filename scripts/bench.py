"""`make bench`: measure the app on this machine and write docs/benchmarks.md. Run it on an idle machine.

`python scripts/bench.py precision` measures the nets in both precisions alone, and leaves the rest of the file as it is.
"""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

BOTH, SINGLE, BY_HAND = "## In both precisions", "## In single precision", "## Other engines"
ALONE = (
    "Processor seconds of one thread, the least of up to three in turns, on a processor that does not multiply bfloat16; load average "
    "{load} when it began, on {machine}. Packs that are not here are left out."
)
ABOUT = (
    "Processor seconds of one thread, the least of up to three in turns; load average {load} when it began, on {machine}. Apart: mean "
    "difference of the two pictures in levels of 255; PSNR of one to the other; used: what the app computes in here. Packs that are not "
    "here are left out; ONNX files (the voice, LaMa, MI-GAN, the Hub's styles) run in onnxruntime, which computes no bfloat16 here."
)
ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def machine() -> str:
    """Processor, cores and versions in one line."""
    import gradio
    import torch

    from ganapp.machine import processor

    versions = f"Python {platform.python_version()}, torch {torch.__version__}, gradio {gradio.__version__}"
    return f"{processor.name()}, {os.cpu_count()} cores, {platform.system()}, {versions}"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_up() -> dict[str, float]:
    """Seconds from `python app.py` to a served page, and memory after it."""
    port = free_port()
    settings = {**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "NO_PROXY": "127.0.0.1,localhost"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    started = time.monotonic()
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=settings, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - started < 120:
            try:
                with opener.open(f"http://127.0.0.1:{port}/digits", timeout=5) as answer:
                    answer.read()
                break
            except OSError:
                time.sleep(0.05)
        seconds = time.monotonic() - started
        time.sleep(3)
        return {"seconds": seconds, "memory_mb": psutil.Process(app.pid).memory_info().rss / 2**20}
    finally:
        app.terminate()
        app.wait(20)


def samples_a_second(model: str, batch: int) -> dict[str, float]:
    """Pictures a second and median milliseconds a call of a generator in torch on one thread."""
    import torch

    from ganapp.models import catalog

    torch.set_num_threads(1)
    net = catalog.load(model, "sample").net()
    z, y = torch.randn(batch, net.config.latent), torch.eye(net.config.classes)[torch.arange(batch) % net.config.classes]
    times = []
    with torch.inference_mode():
        for _ in range(60):
            begun = time.perf_counter()
            net(z, y)
            times.append(time.perf_counter() - begun)
    median = statistics.median(times[10:])
    return {"per_second": batch / median, "milliseconds": median * 1000}


def find_seconds() -> float:
    """Median seconds to find the latent of a real test digit, over ten."""
    from PIL import Image

    from ganapp.digits import idx
    from ganapp.pictures import images
    from ganapp.tasks import invert

    test = idx.load("mnist", "test")
    seconds = []
    for i in range(11):
        picture = images.data_uri(images.png(Image.fromarray(255 - test.pictures[i])))
        begun = time.perf_counter()
        invert.run(invert.Request(picture=picture))
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds[1:])


def apart(script: str) -> dict[str, Any]:
    """What another script of this folder measures, in a process of its own."""
    done = subprocess.run([sys.executable, f"scripts/{script}.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def upscale_rows() -> list[tuple[str, str]]:
    """How long enlarging takes, and how much that is of the same net in plain torch, measured in the same run."""
    found = apart("bench_upscale")
    eager = min(value for name, value in found["enlarge"].items() if name.endswith("torch eager"))
    table = []
    for name, value in found["enlarge"].items():
        by_area = ", measured at 64 x 64 and told by area" if "x4plus" in name else ""
        what = f"256 x 256 to 1024 x 1024, {name}{by_area}, {found['threads']} threads"
        table.append((what, f"{value:.3f} s ({value / eager:.2f} of torch eager)"))
    large = found["megapixel"]
    if large:
        table.append(("1 megapixel to 16, the whole task, PNG", f"{large['seconds']:.1f} s, {large['memory_mb']:.0f} MB at most in all"))
    return table


def stylize_rows() -> list[tuple[str, str]]:
    """How long a style takes, beside the usual net in the same run."""
    found = apart("bench_stylize")
    table = [(f"512 x 512 painted, {name}, {found['threads']} threads", f"{value:.3f} s") for name, value in found["paint"].items()]
    done = found["tasks"]
    if done:
        table += [
            ("preview of a style on a copy of 576 x 384, painted anew", f"{done['anew']:.3f} s"),
            ("preview of a style, another strength", f"{done['again']:.3f} s"),
            ("24 megapixels in a style, the whole task, PNG", f"{done['large']:.1f} s, {done['memory_mb']:.0f} MB at most in all"),
        ]
    return table


def learn_rows() -> list[tuple[str, str]]:
    """How fast the laboratory plays while it draws, how long it holds up its page, and its engine beside TensorFlow.js in the same run."""
    found = apart("bench_learn")
    table = []
    for name, game in found["games"].items():
        what = f"laboratory (two layers of 32, batch 128), {name}"
        pace = f"{game['steps']:,.0f}, at {game['frames']:.0f} frames a second; {game['steps_cpu']:,.0f} for each second of the processor"
        table.append((f"{what}: full steps a second while it draws", pace))
        longest = f"{game['longest_ms']:.1f} ms ({game['longest_cpu_ms']:.1f} ms of the processor)"
        table.append((f"{what}: longest task of the page's thread", longest))
    own = found["beside"]["the engine, WebAssembly"]
    table += [
        (f"the same game without drawing, {name}: steps a second", f"{value:,.0f} ({value / own:.3f} of the engine)")
        for name, value in found["beside"].items()
    ]
    return [(what, f"{value}, load {found['load']:.1f}") for what, value in table]


def rows() -> list[tuple[str, str]]:
    """All measurements, as sentences and values."""
    browser, started = apart("bench_page"), start_up()
    table = [
        ("start-up, `python app.py` to a served page", f"{started['seconds']:.1f} s"),
        ("memory of the server after start-up", f"{started['memory_mb']:.0f} MB"),
        ("input event to painted frame, in the browser", f"{browser['browser']['latency_ms']:.1f} ms"),
        ("frames a second while dragging, in the browser", f"{browser['browser']['fps']:.1f}"),
        ("input event to painted frame, on the server", f"{browser['server']['latency_ms']:.1f} ms"),
        ("frames a second while dragging, on the server", f"{browser['server']['fps']:.1f}"),
        ("find the latent of a digit", f"{find_seconds():.2f} s"),
    ]
    for batch in (1, 64):
        speed = samples_a_second("digits", batch)
        value = f"{speed['per_second']:,.0f} ({speed['milliseconds']:.1f} ms a call)"
        table.append((f"digits a second in torch, 1 thread, batch {batch}", value))
    return table + upscale_rows() + stylize_rows() + learn_rows()


def precision_lines() -> list[str]:
    """The table of what nets take in both precisions, or in single precision where the processor has nothing else."""
    found = apart("bench_precision")["precision"]
    if not any("fast" in each for each in found.values()):
        lines = [SINGLE, "", ALONE.format(load=load(), machine=machine()), "", "| net | float32 |", "|---|---|"]
        return [*lines, *(f"| {what} | {each['exact']:.3f} s |" for what, each in found.items())]
    lines = [BOTH, "", ABOUT.format(load=load(), machine=machine()), ""]
    lines += ["| net | float32 | bfloat16 | apart, levels | PSNR, dB | used |", "|---|---|---|---|---|---|"]
    for what, each in found.items():
        if "fast" not in each:
            lines.append(f"| {what} | {each['exact']:.3f} s | - | - | - | float32 |")
            continue
        times = f"{each['exact']:.3f} s | {each['fast']:.3f} s ({each['exact'] / each['fast']:.2f} times as fast)"
        lines.append(f"| {what} | {times} | {each['levels']:.2f} | {each['psnr']:.1f} | {each['used']} |")
    return lines


def load() -> str:
    """Load average of the last minute."""
    return f"{os.getloadavg()[0] if hasattr(os, 'getloadavg') else 0.0:.1f}"


def table_lines() -> list[str]:
    """Everything but what `precision_lines` gives."""
    where = f"Written by `make bench` on {machine()}. Medians; the browser is headless Chromium on the same machine."
    lines = ["# Benchmarks", "", where, "", f"Load average when it began: {load()}.", "", "| what | measured |", "|---|---|"]
    return [*lines, *(f"| {what} | {value} |" for what, value in rows())]


def main() -> None:
    """Measure and write docs/benchmarks.md; what was written there by hand stays, and so does the section that another kind of processor
    wrote."""
    sys.path.insert(0, str(ROOT))
    place = ROOT / "docs" / "benchmarks.md"
    before, *parts = re.split(r"(?m)^(?=## )", place.read_text(encoding="utf-8"))
    sections = {part.partition("\n")[0]: part.strip() for part in parts}
    if sys.argv[1:] != ["precision"]:
        before = "\n".join(table_lines())
    new = precision_lines()
    sections[new[0]] = "\n".join(new)
    order = sorted(sections, key=[BOTH, SINGLE, *sections].index)  # those written by hand last, as they were
    text = "\n\n".join([before.strip(), *(sections[heading] for heading in order)]) + "\n"
    place.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
