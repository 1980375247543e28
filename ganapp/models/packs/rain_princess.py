"""Fast neural style on the Hub: Rain princess."""

from ganapp.models.packs._others import style_of_the_zoo

PACK = style_of_the_zoo("rain-princess-9", 6_728_029, "Rain princess", "雨中公主")
