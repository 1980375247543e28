"""Fast neural style on the Hub: Candy."""

from ganapp.models.packs._others import style_of_the_zoo

PACK = style_of_the_zoo("candy-8", 6_728_029, "Candy", "糖果")
