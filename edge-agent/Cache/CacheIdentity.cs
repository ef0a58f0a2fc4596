namespace MqttPay.EdgeAgent.Cache;

/// <summary>Whose cache it is, and in which life of the machine it is opened.</summary>
/// <param name="BootId">16 bytes that change when the machine starts: what survived a power cut is not
/// believed.</param>
internal sealed record CacheIdentity(uint Edge, uint Fence, Guid BootId);
