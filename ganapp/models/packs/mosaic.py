"""Fast neural style on the Hub: Mosaic."""

from ganapp.models.packs._others import style_of_the_zoo

PACK = style_of_the_zoo("mosaic-9", 6_728_029, "Mosaic", "马赛克")
