namespace MqttPay.Simulation.Study;

/// <summary>A payer as drawn: where it may pay, since when it is enrolled, and how it funds its account.</summary>
/// <param name="Edges">The home edge first, then those it roams to.</param>
/// <param name="FirstSeat">The number of its seat at the first edge; the others follow.</param>
/// <param name="TargetMinor">Once a week the account is filled up to this.</param>
/// <param name="LastFundedDay">From then on nobody fills it.</param>
internal sealed record PlannedPayer(
    int[] Edges, int FirstSeat, int FirstDay, long TargetMinor, int Payday, int LastFundedDay);
