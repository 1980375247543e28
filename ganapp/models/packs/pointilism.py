"""Fast neural style on the Hub: Pointillism."""

from ganapp.models.packs._others import style_of_the_zoo

PACK = style_of_the_zoo("pointilism-9", 6_728_029, "Pointillism", "点彩")
