"""The functions and their sample events, and what to say to somebody who names none, or one that does not exist."""
import settings

EVENTS = settings.ROOT / "events"


def functions():
    """The names of all functions: each has a folder of samples."""
    return sorted(folder.name for folder in EVENTS.iterdir() if folder.is_dir())


def of(function):
    """The sample events of a function, as paths from the project's root."""
    return sorted(str(file.relative_to(settings.ROOT)) for file in (EVENTS / function).glob("*.json"))


def function_problem(function, usage):
    """What is wrong with a function's name, and how to do it; None if nothing is."""
    if function in functions():
        return None
    problem = f"There is no function `{function}`." if function else "Name a function."
    return f"{problem}\n  {usage}\nThe functions: {', '.join(functions())}"


def event_problem(function, event):
    """What is wrong with an event for a function, and how to do it; None if nothing is."""
    path = settings.ROOT / event
    if event and path.is_file():
        owner = path.resolve().relative_to(EVENTS).parts[0] if path.resolve().is_relative_to(EVENTS) else function
        return None if owner == function else f"{event} is an event of {owner}:\n  make invoke F={owner} E={event}"
    problem = f"There is no event `{event}`." if event else "Name an event."
    return f"{problem}\n" + "\n".join(f"  make invoke F={function} E={sample}" for sample in of(function))
