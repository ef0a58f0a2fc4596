namespace MqttPay.CloudSync.Http;

/// <summary>One page; <c>next</c> is the cursor of the following one, null at the end.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Data, string? Next);
