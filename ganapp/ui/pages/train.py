"""Train: start a GAN in the page, watch both players, understand what goes wrong, use what they learnt."""

from ganapp.ui.page import Page

PAGE = Page(
    slug="train",
    order=5,
    tasks=(
        "train_options",
        "train_start",
        "jobs_list",
        "job_show",
        "job_change",
    ),
    icon='<path d="M4 4v16h16" /><path d="M7 15.5l4-5 3 3 5.5-7.5" />',
    sections=("presets", "losses", "diagnostics"),
)
