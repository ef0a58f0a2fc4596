namespace MqttPay.EdgeAgent.Fences;

/// <summary>
/// Rounds of a fence that is over and that the cloud may not have: it takes them as evidence, beside its own history.
/// </summary>
/// <param name="Next">The fence that began after it.</param>
/// <param name="Oldest">The fence's first round here, for a cloud that lacks what comes before.</param>
internal sealed record LostRun(uint Fence, uint Next, long Oldest, long First, long Last);
