namespace MqttPay.CloudSync.Http;

/// <summary>The body of a wish that needs no fields: empty, or an empty object.</summary>
internal sealed record Nothing;
