using System.Collections.Concurrent;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What all devices of a fleet saw, counted; for live lines. The verdict does not use it.</summary>
internal sealed class DeviceTally
{
    private long requests;
    private long sends;
    private long approved;
    private long approvedMinor;
    private long declined;
    private long ignored;
    private long refused;

    public ConcurrentDictionary<DecisionCode, long> DeclinedByCode { get; } = new();

    public ConcurrentDictionary<DecisionCode, long> Hints { get; } = new();

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Publishes, repeats included.</summary>
    public long Sends => Interlocked.Read(ref sends);

    public long Approved => Interlocked.Read(ref approved);

    public long ApprovedMinor => Interlocked.Read(ref approvedMinor);

    public long Declined => Interlocked.Read(ref declined);

    /// <summary>Messages that were no answer to the device they reached.</summary>
    public long Ignored => Interlocked.Read(ref ignored);

    /// <summary>Wishes that met a busy device.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public void Count(DeviceEffect effect)
    {
        switch (effect)
        {
            case DeviceEffect.Publish: Interlocked.Increment(ref sends); break;
            case DeviceEffect.Ignored: Interlocked.Increment(ref ignored); break;
            case DeviceEffect.Refused: Interlocked.Increment(ref refused); break;
            case DeviceEffect.Hinted(var code): Hints.AddOrUpdate(code, 1, (_, count) => count + 1); break;
            case DeviceEffect.Finished { Code: { } code } end: CountFinal(code, end); break;
            default: break;
        }
    }

    public void CountRequest() => Interlocked.Increment(ref requests);

    private void CountFinal(DecisionCode code, DeviceEffect.Finished end)
    {
        if (code is DecisionCode.Approved)
        {
            Interlocked.Increment(ref approved);
            if (end.Operation is Operation.Sale) Interlocked.Add(ref approvedMinor, end.AmountMinor);
            return;
        }

        Interlocked.Increment(ref declined);
        DeclinedByCode.AddOrUpdate(code, 1, (_, count) => count + 1);
    }
}
