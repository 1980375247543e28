"""Models and limits: every model that is here, how well it measured, and what it cannot do."""

from ganapp.ui.page import Page

PAGE = Page(slug="models", order=20, place="foot")
