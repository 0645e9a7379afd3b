"""Collect every marked text into the catalogues and say what has no Welsh yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewal.catalogues import (
    LANGUAGES,
    bring_up_to_date,
    catalogue_path,
    collect,
    placeholder_problems,
    read_catalogue,
    write_catalogue,
)


class Command(BaseCommand):
    help = "Bring locale/<part>/cy up to date with the text of the pages; name parts to leave the others alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", help="only these parts: site, components, areas, voting, …")
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a catalogue is not complete")

    def handle(self, *args: Any, parts: list[str], check: bool, **options: Any) -> None:
        wanted = collect()
        if unknown := set(parts) - set(wanted):
            raise CommandError(f"no such part: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(wanted))}")
        problems = 0
        for language in LANGUAGES:
            known = {part: read_catalogue(catalogue_path(part, language), language) for part in wanted}
            elsewhere = {
                key: message for found in known.values() for key, message in found.items() if message.is_translated
            }
            for part, messages in wanted.items():
                if parts and part not in parts:
                    continue
                current = bring_up_to_date(messages.values(), known[part], elsewhere, language)
                missing = [message for message in current if not message.is_translated]
                wrong = [line for message in current for line in placeholder_problems(message) if message.is_translated]
                drafts = sum(message.mark == "draft" for message in current)
                if not current and not known[part]:
                    continue
                self.stdout.write(
                    f"{part:<11}{len(current):>5} texts  {len(missing):>4} without {language}  {drafts:>4} drafts"
                )
                for message in missing if options["verbosity"] > 1 or parts or check else []:
                    self.stdout.write(f"    {message.text}")
                for line in wrong:
                    self.stdout.write(f"    placeholders differ: {line}")
                problems += len(missing) + len(wrong)
                if check:
                    problems += set(known[part]) != set(messages)
                else:
                    write_catalogue(catalogue_path(part, language), current, language)
        if check and problems:
            raise CommandError("the catalogues are not complete: run `manage.py messages`, then write the Welsh")
