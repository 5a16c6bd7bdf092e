"""The site: pages, sign-in and the open API over an area's newest build. Django appears in this package alone.

`configure` prepares Django for one area folder; `serve` answers requests until it is stopped; `notify` sends the letters of a build.
"""

from opencommissioning.web.configuration import configure
from opencommissioning.web.front_end import check as check_front_end
from opencommissioning.web.letters import notify
from opencommissioning.web.serving import serve

__all__ = ["check_front_end", "configure", "notify", "serve"]
