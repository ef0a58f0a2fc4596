namespace MqttPay.CloudSync.Http;

/// <summary>RFC 9457, with the catalogue's code and name, and the field at fault.</summary>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Code, string? Param, string RequestId);
