"""A card lent for a call, with a package `spaces` of our own that counts calls and seconds: what goes to the card, and what comes back."""

from __future__ import annotations

import dataclasses
import importlib.machinery
import io
import pickle
import sys
import types
from collections.abc import Callable
from contextlib import nullcontext
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.machine import lending, precision
from ganapp.models import enlarger
from ganapp.nets import inpainter, rrdb, srvgg, stylizer, upscaler
from ganapp.pictures import images, photo_file
from ganapp.stylizing import restyle
from ganapp.tasks import repair, stylize, upscale
from ganapp.ui import binding

Calls = list[tuple[str, float]]


class Error(Exception):
    """As the package raises where the minutes of the day are used up."""


Error.__module__ = "gradio.exceptions"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Name and seconds of every call that was lent a card. Requests and answers go through a pickle, as from process to process."""
    made: Calls = []

    def lend(task: Callable[[Any], Any], duration: Callable[[Any], int]) -> Callable[[Any], Any]:
        def call(request: Any) -> Any:
            made.append((type(request).__module__.rpartition(".")[2], duration(request)))
            if len(made) > 8:
                raise Error("No minutes are left today")
            return pickle.loads(pickle.dumps(task(pickle.loads(pickle.dumps(request)))))

        return call

    module = types.ModuleType("spaces")
    module.GPU = lend  # type: ignore[attr-defined]
    module.__spec__ = importlib.machinery.ModuleSpec("spaces", None)
    monkeypatch.setitem(sys.modules, "spaces", module)
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setattr(lending, "CARD", "cpu:0")  # a name of its own for a device that is here
    return made


def request(side: int = 24, **more: Any) -> upscale.Request:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(noise).save(buffer, "png")
    return upscale.Request(picture=images.data_uri(buffer.getvalue()), factor=2.0, model="fidelity", **more)


def test_a_request_is_lent_a_card_for_the_seconds_it_will_want(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_PROVENANCE", "off")
    before = upscale.run(request())
    places: list[str] = []
    bound = binding.checked("upscale", upscale)
    enlarge = enlarger.Enlarger.enlarge
    monkeypatch.setattr(enlarger.Enlarger, "enlarge", lambda self, colours: places.append(lending.place()) or enlarge(self, colours))
    assert bound.run(request()).file == before.file
    monkeypatch.setattr(lending, "FASTER", 0.02)
    bound.run(request(256))
    assert set(places) == {"cpu:0"}
    assert [name for name, _ in calls] == ["upscale", "upscale"]
    small, large = (seconds for _, seconds in calls)
    assert lending.LEAST <= small < large <= lending.MOST
    assert lending.place() == "cpu", "everything else goes on on the processor"
    assert bound.run.__doc__ == upscale.run.__doc__
    monkeypatch.setattr(photo_file, "check", lambda *_: (_ for _ in ()).throw(UserError("picture_pixels", megapixels=7)))
    with pytest.raises(UserError) as caught:  # from the other process, with its values
        bound.run(request())
    assert (caught.value.key, caught.value.values) == ("picture_pixels", {"megapixels": 7})


def repaired(side: int = 64) -> repair.Request:
    mask = np.zeros((side, side), np.uint8)
    mask[8:24, 8:24] = 255
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "png")
    return repair.Request(picture=request(side).picture, mask=images.data_uri(buffer.getvalue()), fill="smooth")


@pytest.mark.parametrize(
    ("task", "wish"),
    [
        (repair, repaired()),
        (stylize, stylize.Request(picture=request(64).picture, style="cafe-terrace", second="starry-night", strength=0.8)),
        (stylize, stylize.Request(picture=request(64).picture, style="own", painting=request(32).picture)),
    ],
    ids=["repair", "two styles", "a painting"],
)
def test_repairs_and_styles_are_lent_one_where_the_processor_would_take_long(
    task: ModuleType, wish: Any, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANAPP_PROVENANCE", "off")
    monkeypatch.setattr(restyle, "KEPT", 0)  # what is painted once is painted again
    bound = binding.checked(task.__name__.rpartition(".")[2], task)
    task.ready()
    before = bound.run(wish)
    assert calls == [], "a small one is done sooner here, and costs nobody minutes"
    monkeypatch.setattr(lending, "WORTH", 0.0)
    places: list[str] = []
    place = lending.place
    monkeypatch.setattr(lending, "place", lambda: places.append(place()) or place())  # asked by each net that computes
    lent = bound.run(wish)
    assert [name for name, _ in calls] == [task.__name__.rpartition(".")[2]]
    assert lending.LEAST <= calls[0][1] <= lending.MOST
    assert set(places) == {"cpu:0"}
    assert lent.file == before.file
    assert task.card(wish) >= lending.START


def test_a_card_is_not_held_while_the_processor_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "WORTH", 0.0)
    assert repair.card(repaired()) > lending.START
    assert repair.card(dataclasses.replace(repaired(), fill="around")) == 0, "detail takes longer than the net"
    held = dataclasses.replace(models.load("repair", "repair"), pace=0.0)
    monkeypatch.setattr(models, "load", lambda *_: held)
    assert repair.card(repaired()) == 0


def test_who_has_no_minutes_left_is_told(calls: Calls) -> None:
    bound = binding.checked("upscale", upscale)
    calls += [("before", 0.0)] * 8
    with pytest.raises(UserError) as caught:
        bound.run(request())
    assert str(caught.value).startswith("The graphics card was not lent (No minutes are left today).")


def test_without_cards_to_lend_the_task_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    assert binding.checked("upscale", upscale).run is upscale.run
    net = torch.nn.Linear(2, 2)
    assert lending.movable(net) is net
    assert not net._forward_pre_hooks


def test_a_net_goes_where_its_call_computes_and_its_answer_comes_back(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(2))
            self.seen: list[Any] = []

        def forward(self, x: torch.Tensor, look: Any = None, **named: Any) -> Any:
            self.seen.append((x.dtype, look[0].dtype, named["more"][0].dtype, self.weight.dtype))
            return {"made": x * 2}

    net = lending.movable(Net())
    assert lending.movable(net) is net
    assert len(net._forward_pre_hooks) == 1
    monkeypatch.setattr(lending, "CARD", torch.float64)  # in place of a card: what is there is seen by its kind of number
    monkeypatch.setattr(lending, "PROCESSOR", torch.float32)
    net.lies_on = torch.float32  # type: ignore[assignment]
    one = torch.ones(2)
    lending._place[0] = torch.float64  # type: ignore[call-overload]
    try:
        assert not precision.able()
        made = net(one, (one, "word"), more=[one])
    finally:
        lending._place[0] = torch.float32  # type: ignore[call-overload]
    net(one, (one, "word"), more=[one])
    lending._place[0] = "cpu"
    assert [set(kinds) for kinds in net.seen] == [{torch.float64}, {torch.float32}]
    assert made["made"].dtype == torch.float32


@pytest.mark.parametrize(
    "net",
    [
        lambda: upscaler.Net(upscaler.Config()),
        lambda: rrdb.Net(rrdb.Config(depth=1)),
        lambda: srvgg.Net(srvgg.Config(depth=2)),
        lambda: stylizer.Net(stylizer.Config()),
        lambda: inpainter.Net(inpainter.Config()),
    ],
)
def test_nets_name_no_device_of_their_own(net: Callable[[], torch.nn.Module], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies on a device stays there: torch puts no tensors of two devices together, also where one of them holds no numbers."""
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # which knows real devices alone
    with torch.device("meta"):
        built = net().eval()
    given = [torch.zeros(1, channels, 32, 32, device="meta") for channels in ((3, 1) if isinstance(built, inpainter.Net) else (3,))]
    with torch.no_grad():
        assert built(*given).device.type == "meta"
