"""How it works: the theory in short, true sentences."""

from ganapp.ui.page import Page

PAGE = Page(slug="how", order=10, place="foot")
