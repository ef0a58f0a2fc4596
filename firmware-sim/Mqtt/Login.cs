using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Mqtt;

/// <summary>How a device introduces itself: user and client id are its key id.</summary>
internal sealed record Login(KeyId Kid, string Password, bool Mqtt5);
