namespace MqttPay.FirmwareSim.Mqtt;

/// <summary>What a device hears from its connection.</summary>
internal abstract record LinkEvent
{
    private LinkEvent() { }

    internal sealed record Up : LinkEvent;

    internal sealed record Down : LinkEvent;

    internal sealed record Config(byte[] Message) : LinkEvent;

    internal sealed record Reply(byte[] Message) : LinkEvent;
}
