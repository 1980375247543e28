"""Learn: a small GAN that trains in the browser, and chapters that tell what is seen there."""

from ganapp.ui.page import Page

PAGE = Page(
    slug="learn",
    order=0,
    group="learn",
    sections=("chapters", "lessons", "onward"),
    of_all=("use",),
    icon='<circle cx="9" cy="12" r="5.5" /><circle cx="15" cy="12" r="5.5" />',
)
