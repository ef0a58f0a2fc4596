namespace MqttPay.FirmwareSim.Load;

/// <summary>What the <c>run</c> verb was asked for.</summary>
internal sealed record RunOptions(
    string Host, int Port, int Devices, double Rate, TimeSpan Duration, TrafficPattern Pattern, string Enrolment,
    int Seed, string? State, IReadOnlyList<Visit> Mix, bool Json);
