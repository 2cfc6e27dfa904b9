"""Settings of the commands from the user's environment."""

from __future__ import annotations

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings


class TextEditor(BaseSettings):
    """The user's text editor, from the variables VISUAL and EDITOR."""

    visual: str = ""
    editor: str = ""

    @property
    def command(self) -> str:
        """The command that opens a file in the editor."""
        return self.visual or self.editor or "vi"


class ServeKey(BaseSettings):
    """The key that `arf serve` asks its clients for; without one it answers everybody."""

    api_key: SecretStr = Field(default=SecretStr(""), validation_alias=AliasChoices("ARF_SERVE_API_KEY", "ARF_API_KEY"))
