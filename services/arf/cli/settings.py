"""What the commands take from a user's own environment."""

from __future__ import annotations

from pydantic_settings import BaseSettings


class TextEditor(BaseSettings):
    """The user's editor, from the variables VISUAL and EDITOR, as other programs have it."""

    visual: str = ""
    editor: str = ""

    @property
    def command(self) -> str:
        """The command that opens a file in it."""
        return self.visual or self.editor or "vi"
