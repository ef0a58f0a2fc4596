using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Http;

/// <summary>What the admin listener may ask of the running agent. It has no way to change a decision.</summary>
internal sealed class AgentView
{
    public required Func<Task<AgentStatus>> Status { get; init; }

    /// <summary>Null: this edge never decided such a payment.</summary>
    public required Func<PaymentId, Task<PaymentReport?>> Payment { get; init; }

    public required Func<Task<IReadOnlyList<LeaseReport>>> Leases { get; init; }

    /// <summary>What limits declined, newest first.</summary>
    public required Func<IReadOnlyList<RefusalReport>> Refusals { get; init; }

    /// <summary>What could be lost if this edge vanished now, per currency.</summary>
    public required Func<Task<IReadOnlyList<ExposureReport>>> Exposure { get; init; }

    /// <summary>Sends what waits now, instead of at the next turn.</summary>
    public required Action SyncNow { get; init; }

    /// <summary>The page of figures for machines.</summary>
    public required Func<string> Metrics { get; init; }
}
