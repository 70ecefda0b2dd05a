"""Channel choice: which channels whoever asks wants to hear of, such as those that an organisation allows or has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile

ONLY, WITHOUT = "only", "without"
"""Parameters that name the channels to keep, and those to leave out."""


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A choice of channels, by their ids.

    Attributes:
        only: these and no others; empty for all.
        without: not these.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @staticmethod
    def of(profile: Profile, knowledge: Knowledge) -> ChannelChoice:
        """The shortest choice that leaves out the same channels as a profile does."""
        kept = tuple([name for name in knowledge.channel_by_id if name not in profile.without])
        left_out = tuple([name for name in knowledge.channel_by_id if name in profile.without])
        return ChannelChoice(only=kept) if 0 < len(kept) < len(left_out) else ChannelChoice(without=left_out)

    @property
    def parameters(self) -> Mapping[str, str]:
        """The same as parameters of an address; none where all channels are allowed."""
        return {name: ",".join(names) for name, names in ((ONLY, self.only), (WITHOUT, self.without)) if names}

    def check(self, knowledge: Knowledge) -> None:
        """Refuse names that are no channel.

        Raises:
            UnknownNameError: there is no such channel.
        """
        for name in (*self.only, *self.without):
            knowledge.channel(name)

    def applied(self, profile: Profile, knowledge: Knowledge) -> Profile:
        """The profile of a community for which the other channels are left out."""
        if not self.only and not self.without:
            return profile
        wanted = set(self.only or knowledge.channel_by_id) - set(self.without)
        return replace(profile, without=frozenset(knowledge.channel_by_id.keys() - wanted))


ALL_CHANNELS = ChannelChoice()
"""No channel is left out."""


def channel_names_in(values: Iterable[str]) -> tuple[str, ...]:
    """The ids in the values of a parameter: each value is one, or several parted by commas."""
    return tuple(dict.fromkeys(name.strip() for value in values for name in value.split(",")))
