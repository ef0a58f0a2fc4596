namespace MqttPay.Rounds;

/// <summary>What the shell's clocks say. Core has none of its own.</summary>
/// <param name="ElapsedSeconds">Monotonic time of this edge over all its starts; it never falls.</param>
/// <param name="Unix">Wall clock, Unix seconds: evidence and display only.</param>
public readonly record struct Now(long ElapsedSeconds, uint Unix);
