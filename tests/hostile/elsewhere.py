"""Attacks that have their own tests beside what stops them: (promise, attack, wall, test)."""

from __future__ import annotations

ELSEWHERE = [
    (
        1,
        "changed libraries in the process",
        "verdicts are made outside",
        "tests/site/test_jail.py::test_changed_libraries_are_the_students_fault_or_none",
    ),
    (
        1,
        "junk on the report channel",
        "bounds on what is read",
        "tests/site/test_jail.py::test_anything_at_all_on_the_report_channel",
    ),
    (
        1,
        "another student's process changed",
        "a process of its own",
        "tests/site/test_fork_server.py::test_what_one_app_leaves_the_next_does_not_find",
    ),
    (
        1,
        "signals to the server and its parents",
        "process namespace",
        "tests/site/test_fork_server.py::test_whatever_one_app_does_the_next_is_served",
    ),
    (
        1,
        "its end passed off as the machine's",
        "exit codes are told apart",
        "tests/site/test_jail.py::test_an_app_cannot_pass_its_end_off_as_the_machines",
    ),
    (
        2,
        "passwords, packages, kernel switches",
        "its own file system",
        "tests/site/test_jail.py::test_what_an_app_in_the_sandbox_cannot_do",
    ),
    (
        2,
        "variables of the environment",
        "an empty environment",
        "tests/site/test_jail.py::test_the_environment_holds_nothing_of_the_users",
    ),
    (
        2,
        "files, services and processes of others, where the namespaces fail",
        "Landlock",
        "tests/site/test_landlock.py::test_by_itself_it_keeps_a_process_from_what_is_others",
    ),
    (
        4,
        "the grader killed meanwhile",
        "process namespace",
        "tests/site/test_jail.py::test_a_killed_grader_takes_everything_with_it",
    ),
    (
        5,
        "memory, processes, threads, files, disk",
        "watcher and rlimits",
        "tests/site/test_jail.py::test_a_limit_broken_while_loading_is_named",
    ),
    (
        5,
        "a flood of output",
        "bounds on what is read",
        "tests/site/test_jail.py::test_floods_of_output_neither_fill_memory_nor_stop_the_app",
    ),
    (
        6,
        "a browser that is taken over, under root",
        "a jail around the browser",
        "tests/browser/test_jail.py::test_who_takes_the_browser_over_can_do_nothing",
    ),
    (
        6,
        "a page's process, under root",
        "Chromium's own sandbox",
        "tests/browser/test_jail.py::test_chromiums_own_sandbox_is_on_as_well",
    ),
    (
        6,
        "endless scripts, alerts and reloads",
        "time for a visit",
        "tests/browser/test_hostile_pages.py::test_endless_scripts",
    ),
    (
        6,
        "popups, prints, service workers",
        "a profile without rights",
        "tests/browser/test_hostile_pages.py::test_nuisances",
    ),
    (
        6,
        "WebRTC, WebSocket, forms, frames",
        "the browser's proxy",
        "tests/browser/test_hostile_pages.py::test_other_servers_on_this_machine_are_out_of_reach",
    ),
    (6, "memory of the tab", "a limit on scripts", "tests/browser/test_hostile_pages.py::test_a_page_that_eats_memory"),
    (
        7,
        "formulas in gradebooks",
        "cells made text",
        "tests/classroom/test_gradebooks_writing.py::test_any_text_is_one_cell_and_no_formula",
    ),
    (
        7,
        "commands in annotations",
        "escaping, a fence",
        "tests/github/test_annotations.py::test_no_annotation_holds_control_or_bidirectional_characters",
    ),
    (
        8,
        "zip slips",
        "read, never unpacked to disk",
        "tests/submission/test_hand_ins.py::test_entries_that_leave_the_folder",
    ),
    (
        8,
        "links in a zip",
        "lead to what is in it, or nowhere",
        "tests/submission/test_hand_ins.py::test_links_in_a_zip_lead_to_what_is_in_it",
    ),
    (8, "zip bombs, sizes that lie", "bounds on entries and ratio", "tests/submission/test_hand_ins.py::test_zip_bomb"),
    (
        8,
        "100,000 entries",
        "bounds on entries and ratio",
        "tests/submission/test_hand_ins.py::test_hundred_thousand_entries",
    ),
    (
        8,
        "pipes, devices and links in a folder",
        "passed over",
        "tests/submission/test_hand_ins.py::test_pipes_sockets_devices_and_links_out_are_passed_over",
    ),
    (
        8,
        "Word: entity bombs",
        "no entities",
        "tests/document/test_opening.py::test_entity_bombs_and_outside_entities_are_refused_at_once",
    ),
    (
        8,
        "Word: what unpacks to too much",
        "bounds on entries and ratio",
        "tests/document/test_opening.py::test_what_unpacks_to_too_much_is_not_unpacked",
    ),
    (
        8,
        "Word: pictures that are linked",
        "not followed",
        "tests/document/test_opening.py::test_linked_pictures_are_not_followed",
    ),
    (
        9,
        "a machine without a sandbox",
        "fail closed",
        "tests/site/test_jail.py::test_a_bubblewrap_that_refuses_is_the_machines_fault",
    ),
]
