"""What the text has told so far, from which words such as 5 February, the 6th or the same day are reckoned.

A bare month or day belongs to the news, near the day of publication, or goes on with a story that was given its year
before. It goes on where the order of the story allows it and the news does not lie nearer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.model import IsoDate
from kg.nlp import calendar

NEWS_DAYS = 14
"""So near before the publication, a month and day are the news itself, not the story of a year named before."""
SEASON_DAYS = 120
"""The same where the year stands in the sentence before, with no story told there."""
FRESH_DAYS = 3
"""The same for a day without its month."""
DAYS_AHEAD = 7
"""A bare day so near after the publication is to come, not a month ago."""
YEAR_AHEAD = 45
"""A month and day so near after the publication are to come, not almost a year ago."""
HALF_MONTH, HALF_YEAR = 15, 183
"""The same where the clause may look ahead."""
DELAY = 5
"""So many days after it was written, a report may still be published."""


@dataclass(slots=True)
class Timeline:
    """What relative words are reckoned from; ``published`` is None when the source does not say."""

    published: IsoDate | None
    last: IsoDate | None = None
    """The date that the text told last."""
    last_day: IsoDate | None = None
    """The last one that is a day."""
    sentence: int = -1
    """Number of the sentence that ``last`` stands in."""
    paragraph: int = -1
    day_paragraph: int = -1
    """Number of the paragraph that ``last_day`` stands in."""
    steps: int = 0
    """How many dates of the past this paragraph has told in a row."""
    years: dict[str, int] = field(default_factory=dict)
    """The year of each month, and of each day of a month, that was told."""

    def tell(self, value: IsoDate, sentence: int, paragraph: int) -> None:
        """The text tells this date."""
        steps = self.steps if paragraph == self.paragraph else 0
        self.last, self.sentence, self.paragraph = value, sentence, paragraph
        self.steps = steps + 1 if self._is_old() else 0
        self.years[value[5:7]] = self.years[value[5:]] = int(value[:4])
        if len(value) == 10:
            self.last_day, self.day_paragraph = value, paragraph

    def write(self, value: IsoDate) -> None:
        """The day on which this was written, if it was published soon after: what today means from here on."""
        if self.published is not None and 0 <= calendar.days_between(value, self.published) <= DELAY:
            self.published = value

    def is_long_ago(self, sentence: int) -> bool:
        """The sentence tells what was said or done long before the publication."""
        return self.last is not None and sentence == self.sentence and self._is_old()

    def base(self, unit: str, paragraph: int) -> IsoDate | None:
        """What so many days, months or years are counted from: a date of this paragraph or of the one before."""
        told, where = (self.last_day, self.day_paragraph) if unit == "day" else (self.last, self.paragraph)
        return told if told is not None and paragraph - where <= 1 else None

    def month_day(
        self, month: int, day: int | None, sentence: int, paragraph: int, *, future: bool, nearest: bool
    ) -> IsoDate | None:
        """A month (and day) without a year; None when nothing says which year.

        ``future``: it is to come; ``nearest``: it may be, if that is nearer to the publication.
        """
        near = None
        if self.published:
            ahead = HALF_YEAR if nearest else YEAR_AHEAD
            near = calendar.nearest_month_day(self.published, month, day, future=future, ahead=ahead)
        if near and not future and not nearest and not self._is_news(near, NEWS_DAYS):
            near = self._told_before(month, day, paragraph) or near
        if self.last is None or future or not self._same_story(sentence, paragraph):
            return near or (calendar.iso(calendar.parts(self.last)[0], month, day) if self.last else None)
        carried = calendar.iso(calendar.parts(self.last)[0], month, day)
        if carried is None or near is None:
            return near or carried
        if not self._goes_on(carried) or (nearest and self._is_ahead(near)):
            return near
        if sentence == self.sentence:
            return carried if len(self.last) > 4 or not self._is_news(near, NEWS_DAYS) else near
        days = NEWS_DAYS if self.steps > 1 else SEASON_DAYS
        return carried if len(self.last) > 4 and not self._is_news(near, days) else near

    def _told_before(self, month: int, day: int | None, paragraph: int) -> IsoDate | None:
        """The same month or day, told with its year before; or one that goes on with the story of this paragraph."""
        year = self.years.get(f"{month:02d}" if day is None else f"{month:02d}-{day:02d}")
        if year is None and self.last is not None and paragraph == self.paragraph:
            carried = calendar.iso(calendar.parts(self.last)[0], month, day)
            near = calendar.nearest_month_day(self.published, month, day, ahead=YEAR_AHEAD) if self.published else None
            if carried and near and self._is_ahead(near) and self._goes_on(carried):
                return carried
        return calendar.iso(year, month, day) if year else None

    def day(self, day: int, sentence: int, paragraph: int, *, future: bool, nearest: bool) -> IsoDate | None:
        """A day of the month alone; None when nothing says which month."""
        near = None
        if self.published:
            ahead = HALF_MONTH if nearest else DAYS_AHEAD
            near = calendar.nearest_day(self.published, day, future=future, ahead=ahead)
        if self.last is None or len(self.last) < 7 or not self._same_story(sentence, paragraph):
            return near
        year, month, _ = calendar.parts(self.last)
        carried = calendar.iso(year, month, day)
        if carried is None or near is None:
            return near or carried
        if future or not self._goes_on(carried):
            return near
        if sentence == self.sentence:
            return carried
        return carried if len(self.last) == 10 and self._is_old() and not self._is_news(near, FRESH_DAYS) else near

    def _same_story(self, sentence: int, paragraph: int) -> bool:
        return sentence == self.sentence or (paragraph == self.paragraph and sentence - self.sentence <= 1)

    def _goes_on(self, carried: IsoDate) -> bool:
        """Forward from what was told, and not beyond the publication unless that was."""
        assert self.last is not None
        if self.published is None:
            return calendar.not_before(carried, self.last)
        beyond = not calendar.not_before(self.published, carried) and calendar.not_before(self.published, self.last)
        return calendar.not_before(carried, self.last) and not beyond

    def _is_ahead(self, near: IsoDate) -> bool:
        return self.published is not None and not calendar.not_before(self.published, near)

    def _is_news(self, near: IsoDate, days: int) -> bool:
        return self.published is not None and abs(calendar.days_between(near, self.published)) <= days

    def _is_old(self) -> bool:
        """The last date is of an earlier year than the publication and not of the months before it."""
        if self.published is None or self.last is None:
            return True
        return calendar.days_between(self.last, self.published) > 60
