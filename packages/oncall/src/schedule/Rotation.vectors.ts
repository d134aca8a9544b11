/** A fact from another tool's tests: who is on call when, or where a shift begins and ends. Tests only. */
export interface Vector {
  /** Repository, file and test that the fact was taken from. */
  readonly source: string
  readonly timeZone: string
  readonly rotation: { readonly unit: "day" | "week"; readonly every: number; readonly start: string }
  readonly users: ReadonlyArray<string>
  readonly shifts: ReadonlyArray<{
    readonly at: string
    readonly user?: string
    readonly start?: string
    readonly end?: string
  }>
}

const goalert = "target/goalert schedule/rotation/rotation_test.go"
const oneuptime = "OneUptime/oneuptime Common/Tests/Types/OnCallDutyPolicy"

const chicago = (unit: "day" | "week", every: number, start: string) => ({
  timeZone: "America/Chicago",
  rotation: { unit, every, start },
  users: ["A"]
})

const daily = (timeZone: string, start: string, handOffs: ReadonlyArray<string>) => ({
  timeZone,
  rotation: { unit: "day" as const, every: 1, start },
  users: ["A", "B"],
  shifts: handOffs.slice(1).map((end, index) => ({ at: handOffs[index]!, start: handOffs[index]!, end }))
})

/**
 * Hand-offs of daily and weekly rotations on which the sources and this project agree.
 *
 * GoAlert's hourly rotations of 24 hours count by the wall clock, so they are stated as daily ones.
 */
export const vectors: ReadonlyArray<Vector> = [
  {
    source: `${goalert} TestRotation_EndTime (weekly, 2)`,
    ...chicago("week", 2, "2017-06-10T08:00"),
    shifts: [{ at: "2017-06-10T08:00:00-05:00", end: "2017-06-24T08:00:00-05:00" }]
  },
  {
    source: `${goalert} TestRotation_EndTime (weekly across the end of summer time)`,
    ...chicago("week", 1, "2017-11-04T08:00"),
    shifts: [{ at: "2017-11-04T08:00:00-05:00", end: "2017-11-11T08:00:00-06:00" }]
  },
  {
    source: `${goalert} TestRotation_EndTime (daily, 2)`,
    ...chicago("day", 2, "2017-06-10T08:00"),
    shifts: [{ at: "2017-06-10T08:00:00-05:00", end: "2017-06-12T08:00:00-05:00" }]
  },
  {
    source: `${goalert} TestRotation_EndTime (daily across the end of summer time)`,
    ...chicago("day", 1, "2017-11-04T08:00"),
    shifts: [{ at: "2017-11-04T08:00:00-05:00", end: "2017-11-05T08:00:00-06:00" }]
  },
  {
    source: `${goalert} TestRotation_StartTime (weekly)`,
    ...chicago("week", 1, "2017-03-10T08:00"),
    shifts: [{ at: "2017-03-10T08:00:00-06:00", start: "2017-03-10T08:00:00-06:00" }]
  },
  {
    source: `${goalert} TestRotation_StartTime (daily)`,
    ...chicago("day", 1, "2017-03-11T08:00"),
    shifts: [{ at: "2017-03-11T08:00:00-06:00", start: "2017-03-11T08:00:00-06:00" }]
  },
  {
    source: `${goalert} TestRotation_StartEnd_BruteForce (01:30 happens twice)`,
    ...daily("America/Chicago", "2020-10-30T01:30", [
      "2020-10-30T01:30:00-05:00",
      "2020-10-31T01:30:00-05:00",
      "2020-11-01T01:30:00-05:00",
      "2020-11-02T01:30:00-06:00",
      "2020-11-03T01:30:00-06:00"
    ])
  },
  {
    source: `${goalert} TestRotation_StartEnd_BruteForce (half an hour back)`,
    ...daily("Australia/Lord_Howe", "2021-04-01T02:30", [
      "2021-04-01T02:30:00+11:00",
      "2021-04-02T02:30:00+11:00",
      "2021-04-03T02:30:00+11:00",
      "2021-04-04T02:30:00+10:30",
      "2021-04-05T02:30:00+10:30",
      "2021-04-06T02:30:00+10:30"
    ])
  },
  {
    source: `${goalert} TestRotation_StartEnd_BruteForce (half an hour forward)`,
    ...daily("Australia/Lord_Howe", "2020-10-02T01:30", [
      "2020-10-02T01:30:00+10:30",
      "2020-10-03T01:30:00+10:30",
      "2020-10-04T01:30:00+10:30",
      "2020-10-05T01:30:00+11:00",
      "2020-10-06T01:30:00+11:00"
    ])
  },
  {
    source: `${goalert} TestRotation_FutureStart (at its start)`,
    ...daily("UTC", "2018-12-10T00:00", ["2018-12-10T00:00:00Z", "2018-12-11T00:00:00Z"])
  },
  {
    source: `${oneuptime}/LayerUtilRotationFixes.test.ts HIGH-1 x1`,
    timeZone: "UTC",
    rotation: { unit: "day", every: 1, start: "2026-01-01T00:00" },
    users: ["A", "B"],
    shifts: [{ at: "2026-01-04T06:00:00Z", user: "B", end: "2026-01-05T00:00:00Z" }]
  },
  {
    source: `${oneuptime}/LayerUtilEdgeCases.test.ts every-2-weeks`,
    timeZone: "UTC",
    rotation: { unit: "week", every: 2, start: "2026-01-01T00:00" },
    users: ["A", "B"],
    shifts: [{ at: "2026-01-21T00:00:00Z", end: "2026-01-29T00:00:00Z" }]
  },
  {
    source: "grafana/oncall engine/apps/schedules/tests/test_on_call_schedule.py test_filter_events_during_dst_change",
    timeZone: "America/Chicago",
    rotation: { unit: "week", every: 1, start: "2024-10-01T00:00" },
    users: ["A"],
    shifts: [
      { at: "2024-11-04T00:00:00Z", start: "2024-10-29T05:00:00Z", end: "2024-11-05T06:00:00Z" },
      { at: "2025-03-10T00:00:00Z", start: "2025-03-04T06:00:00Z", end: "2025-03-11T05:00:00Z" }
    ]
  },
  {
    source: "linkedin/oncall test/test_scheduler.py test_calculate_future_events_7_24_shifts",
    timeZone: "US/Pacific",
    rotation: { unit: "week", every: 1, start: "2017-02-06T10:30" },
    users: ["A"],
    shifts: [
      { at: "2017-02-07T18:00:00Z", start: "2017-02-06T10:30:00-08:00", end: "2017-02-13T10:30:00-08:00" },
      { at: "2017-02-26T18:00:00Z", start: "2017-02-20T10:30:00-08:00", end: "2017-02-27T10:30:00-08:00" }
    ]
  }
]

/**
 * Facts on which the sources disagree with each other or with this project, as decided here
 * (`docs/decisions/0001-schedule-semantics.md`).
 *
 * - spring gap: GoAlert hands off at the first instant after the gap (03:00); decided: later by the gap (03:30)
 * - before the start: GoAlert counts turns backwards; decided: nobody is on call
 * - equal priority: Grafana has both people on call; decided: order decides, the later layer covers the earlier
 * - overrides: OneUptime's name whom they replace and are not transitive, GoAlert's may add a second person; decided: an
 *   override replaces whoever is there, the later one wins, and one person is on call
 */
export const decided: ReadonlyArray<Vector> = [
  {
    source: `${goalert} TestRotation_StartEnd_BruteForce (02:30 does not exist), decided as RFC 5545`,
    ...daily("America/Chicago", "2020-03-06T02:30", [
      "2020-03-06T02:30:00-06:00",
      "2020-03-07T02:30:00-06:00",
      "2020-03-08T03:30:00-05:00",
      "2020-03-09T02:30:00-05:00",
      "2020-03-10T02:30:00-05:00"
    ])
  }
]

/** Instants at which a rotation that starts later has nobody; GoAlert's TestRotation_FutureStart counts backwards. */
export const beforeTheStart = {
  timeZone: "UTC",
  rotation: { unit: "day" as const, every: 1, start: "2018-12-10T00:00" },
  at: ["2018-12-05T00:00:00Z", "2018-12-09T23:59:59.999Z"]
}

/** Wall-clock times and the instants they mean: target/goalert util/timeutil/clock_test.go TestFirstOfDay. */
export const wallClock: ReadonlyArray<readonly [local: string, instant: string]> = [
  ["2018-03-09T01:00", "2018-03-09T01:00:00-06:00"],
  ["2018-03-11T01:30", "2018-03-11T01:30:00-06:00"],
  // GoAlert: 03:00.
  ["2018-03-11T02:30", "2018-03-11T03:30:00-05:00"],
  ["2018-03-11T03:30", "2018-03-11T03:30:00-05:00"],
  ["2018-11-04T01:00", "2018-11-04T01:00:00-05:00"],
  ["2018-11-04T02:00", "2018-11-04T02:00:00-06:00"]
]

/** OneUptime/oneuptime, overrides and layers over one person who is always on call. */
export const covered = {
  /** UserOverrideUtil.test.ts baseline: the shift is split. */
  split: {
    overrides: [{ user: "B", start: "2026-01-01T10:00:00Z", end: "2026-01-01T12:00:00Z" }],
    expected: [["2026-01-01T09:00:00Z", "A"], ["2026-01-01T11:00:00Z", "B"], ["2026-01-01T13:00:00Z", "A"]]
  },
  /** UserOverrideUtil.test.ts INFO-1: an override that begins where a span ends changes nothing in it. */
  edge: {
    overrides: [{ user: "B", start: "2026-01-01T12:00:00Z", end: "2026-01-01T13:00:00Z" }],
    expected: [["2026-01-01T11:30:00Z", "A"], ["2026-01-01T12:00:00Z", "B"]]
  },
  /** UserOverrideUtil.test.ts M-4 chain: B for A, then C for B. OneUptime: B at 11:00; decided: the later one wins. */
  chain: {
    overrides: [
      { user: "B", start: "2026-01-01T09:00:00Z", end: "2026-01-01T13:00:00Z" },
      { user: "C", start: "2026-01-01T10:00:00Z", end: "2026-01-01T12:00:00Z" }
    ],
    expected: [["2026-01-01T08:30:00Z", "A"], ["2026-01-01T11:00:00Z", "C"], ["2026-01-01T13:30:00Z", "A"]]
  }
} as const

/** OneUptime/oneuptime LayerUtilEdgeCases.test.ts, multi-layer nesting: layers that start later cover more and more. */
export const nested = {
  lowestFirst: [["P3", "2026-01-01T00:00"], ["P2", "2026-01-01T02:00"], ["P1", "2026-01-01T04:00"]],
  expected: [
    ["2026-01-01T00:30:00Z", "P3"],
    ["2026-01-01T01:30:00Z", "P3"],
    ["2026-01-01T02:30:00Z", "P2"],
    ["2026-01-01T03:30:00Z", "P2"],
    ["2026-01-01T05:30:00Z", "P1"],
    ["2026-01-01T11:30:00Z", "P1"]
  ]
} as const
