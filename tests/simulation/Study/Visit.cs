namespace MqttPay.Simulation.Study;

/// <summary>One payment that somebody wants to make.</summary>
/// <param name="Choice">Which of the payer's edges.</param>
internal readonly record struct Visit(long Second, int Payer, int Choice, long AmountMinor);
