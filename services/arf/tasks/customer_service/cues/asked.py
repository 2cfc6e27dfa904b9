"""Details that agents ask for and steps they suggest, in a lower-case sentence, with their names in a summary."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue


def _pairs(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((cue(pattern), told) for pattern, told in rows)


# What agents ask for, and its name in a summary.
DETAILS = _pairs(
    (r"(?:order|order's) (?:number|id|no|#|details)", "the order number"),
    (r"(?:booking|reservation) (?:reference|ref|number|code)|record locator|pnr", "the booking reference"),
    (r"confirmation (?:number|code|#)", "the confirmation number"),
    (r"flight (?:number|#|details)|which flight", "the flight number"),
    (r"(?:account|acct) (?:number|info|information|details|#)", "the account details"),
    (
        r"(?:your|full|first and last|billing|owner's) (?:full |first |last )?name|name(?:,"
        r"| and) (?:\S+ ){0,2}(?:address|phone|email)",
        "the customer's name",
    ),
    (r"(?<!mail\s)(?<!ip\s)(?:service |full |home |mailing )?address(?! bar)", "the address"),
    (r"e-?mail address|your e-?mail|phone and e-?mail|email and (?:postal|phone)", "the email address"),
    (r"(?:phone|contact|mobile|telephone) (?:number|#|no)", "the phone number"),
    (r"post(?: )?code|zip(?: )?code", "the postcode"),
    (r"bar(?: )?code", "the barcode"),
    (r"(?:service tag|serial number|imei)", "the serial number"),
    (r"gamer(?: )?tag|(?:psn|online) id", "the gamertag"),
    (r"user(?: )?name", "the username"),
    (r"screen(?: )?shots?", "a screenshot"),
    (r"(?:photo|picture|pic|image)s?", "a photo"),
    (r"videos?", "a video"),
    (r"receipts?", "the receipt"),
    (
        r"(?:error )?(?:message|code)s? (?:are you|do you|did you|that you|you)|(?:any|which|what) (?:error|message)",
        "error messages",
    ),
    (
        r"(?:ios|os|software|app|spotify|windows|firmware|operating system)(?:/\S+| and \S+)? version|version of"
        r"|what version|which version",
        "the version in use",
    ),
    (
        r"(?:which|what|kind of|type of|make and model|model of)(?: \S+){0,3} (?:device|phone|iphone|model|laptop"
        r"|router|modem|printer|tv|watch|ipad|console|platform|mac)",
        "the device in use",
    ),
    (r"(?:which|what) (?:station|train|service|journey)|journey details", "the journey"),
    (
        r"(?:which|what) (?:store|branch|shop|restaurant|location|hotel)|(?:store|branch) (?:name|location|address)"
        r"|your location",
        "the location",
    ),
    (r"tracking (?:number|id|#)", "the tracking number"),
    (r"(?:case|ticket|reference|claim|file reference) (?:number|id|#)", "the reference number"),
    (
        r"(?:rapid rewards|skymiles|nectar|loyalty|frequent flyer|membership|clubcard)(?: \S+)? (?:number|#)",
        "the membership number",
    ),
    (r"date of birth|dob", "the date of birth"),
    (r"(?:flight|travel|purchase|booking) dates?|what date|which date", "the date"),
)
# Troubleshooting steps; only the first that a sentence names is reported.
STEPS = _pairs(
    (r"(?:re-?install\w*|uninstall\w*|clean install)", "a reinstall"),
    (
        r"(?:log|logging|sign|signing) (?:out|off)(?: \S+){0,6} (?:in|back in)|(?:log|logging|sign|signing) out",
        "logging out and back in",
    ),
    (
        r"(?:clear\w*|delet\w*|remov\w*|reset\w*)(?: \S+){0,4} (?:cache|cookies|history|data)|cache",
        "clearing the cache",
    ),
    (r"(?:factory|hard) reset\w*|factory resetting", "a factory reset"),
    (
        r"(?:restart\w*|reboot\w*|power(?: )?-?cycl\w*|turn\w* (?:it |\S+ ){0,3}off and|power(?:ing)? (?:it )?down)",
        "a restart",
    ),
    (r"(?:unplug\w*|disconnect\w*)", "unplugging the device"),
    (r"safe mode", "starting in safe mode"),
    (
        r"(?:try|please|you can|need to)(?: \S+){0,3} (?:reset\w*|change|changing)(?: \S+){0,3} password",
        "a password reset",
    ),
    (r"reset\w*", "a reset"),
    (
        r"(?:updat(?:e|ing)|upgrad(?:e|ing))(?: \S+){0,4} (?:ios|app|software|version|device|firmware|phone|to"
        r"|drivers?|browser|windows)",
        "an update",
    ),
    (r"(?:different|another) browser|private (?:window|browsing)|incognito", "a different browser"),
    (
        r"(?:different|another|swap\w*) (?:\S+ )?(?:cable|cord|outlet|device|port|network|box|boxes)",
        "another device or cable",
    ),
    (r"(?:wired|ethernet|hardwire\w*)", "a wired connection"),
    (r"(?:check|go to|going to|open)(?: \S+){0,3} settings", "checking the settings"),
    (r"backup|back up", "a backup"),
    (r"diagnostics?", "running diagnostics"),
    (r"repair(?:ing)? (?:\S+ ){0,2}installation|troubleshooter", "a troubleshooter"),
)
