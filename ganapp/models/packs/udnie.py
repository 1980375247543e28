"""Fast neural style on the Hub: Udnie."""

from ganapp.models.packs._others import style_of_the_zoo

PACK = style_of_the_zoo("udnie-9", 6_728_029, "Udnie", "乌德妮")
