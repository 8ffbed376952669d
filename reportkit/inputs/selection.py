"""Which reports a command's filters mean."""

from reportkit.errors import ProjectError
from reportkit.inputs.project import Project


def select(
    project: Project, years: list[int] | None, departments: list[str] | None, everything: bool
) -> list[tuple[int, str]]:
    """The reports that the filters mean, by year and register order; a filter that means nothing is an error."""
    if everything and (years or departments):
        raise ProjectError("all_and_filter", where="the command line")
    for year in years or ():
        project.editions.for_year(year)
    for each in departments or ():
        project.department(each)
    found = [
        (year, each)
        for year in (dict.fromkeys(years) if years else project.years)
        for each in project.submitted(year)
        if not departments or each in departments
    ]
    for each in departments or ():
        if not any(target[1] == each for target in found):
            if years:
                raise ProjectError("nothing_handed_in_for", where="params/", department=each, years=years)
            raise ProjectError("nothing_handed_in", where="params/", department=each)
    for year in years or ():
        if not any(target[0] == year for target in found):
            raise ProjectError("nothing_for_year", where=f"params/{year}/", year=year, years=list(project.years))
    return found
