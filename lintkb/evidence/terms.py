"""The words in which a time is judged."""

# What a written time may have been meant to be; the errors are those that notes are known to have.
WRITTEN = "written"
SHIFTED = "shifted"  # minutes and seconds in the fields of hours and minutes: 07:21:00 for 00:07:21
HOURS = "hours"  # one hour too many, up to three: 01:07:21 for 00:07:21
TENS = "tens"  # tens of minutes in the field of hours: 02:45:30 for 00:24:53
LABEL = "label"  # what the anchor shows
SLIP = "slip"  # one digit wrong, or two neighbours swapped
FOUND = "found"  # no reading: where the words are said
REGIMES = (SHIFTED, HOURS, TENS)  # the errors that come by whole notes

# What is found of it, and whether it can be put right.
SUPPORTED, UNSUPPORTED, IMPOSSIBLE, UNKNOWN = "supported", "unsupported", "impossible", "unknown"
PROVED, PLAUSIBLE, NONE = "proved", "plausible", "none"
