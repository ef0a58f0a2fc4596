namespace MqttPay.CloudSync.Leases;

/// <summary>What a payer spent at one edge on one day.</summary>
internal sealed record SpentDay(DateOnly Date, long SpentMinor, long Payments);
