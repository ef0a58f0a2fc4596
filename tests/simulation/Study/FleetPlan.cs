namespace MqttPay.Simulation.Study;

/// <summary>How large the fleet is and how long it is watched.</summary>
internal sealed record FleetPlan
{
    public const int Day = 24 * 3600;

    public int Edges { get; init; } = 40;

    public int Payers { get; init; } = 4_000;

    public int HistoryDays { get; init; } = 28;

    /// <summary>Leases run in, nothing is counted, no link fails.</summary>
    public int WarmDays { get; init; } = 1;

    public int MeasuredDays { get; init; } = 14;

    /// <summary>Enrolled after the history ends, per thousand.</summary>
    public int NewcomersPerMille { get; init; } = 100;

    /// <summary>Never fund their account again from some day on, per thousand.</summary>
    public int LeaversPerMille { get; init; } = 20;

    public int StartDay => HistoryDays;

    public int MeasuredFromDay => HistoryDays + WarmDays;

    public int EndDay => MeasuredFromDay + MeasuredDays;
}
