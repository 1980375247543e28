"""Made by machines: what that does to people, and three exercises in telling a real picture from a generated one."""

from ganapp.ui.page import Page

PAGE = Page(slug="made-by-machines", order=30, place="foot")
