"""The front page: four small things that live, each the door to a page. Nothing of it asks the server."""

from ganapp.ui.page import Page

PAGE = Page(slug="front", order=0, place="front")
