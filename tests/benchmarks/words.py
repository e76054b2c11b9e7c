"""What is said in a benchmark."""


def proposal(number: int) -> str:
    """Return a text of the usual length; no two are the same."""
    return (
        f"Proposal {number}: open the reading room on Sundays, count who comes, and decide in "
        "June with numbers instead of slogans. Who would come, and who pays?"
    )
