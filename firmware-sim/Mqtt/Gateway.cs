using System.Net;

namespace MqttPay.FirmwareSim.Mqtt;

/// <summary>Where the devices connect. The address may change when the gateway starts again.</summary>
internal sealed class Gateway(IPEndPoint address)
{
    private volatile IPEndPoint address = address;

    public IPEndPoint Address
    {
        get => address;
        set => address = value;
    }
}
