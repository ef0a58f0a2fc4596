using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>
/// Requests that wait for the cloud: when a rule wants it and it can be asked, a request is parked without a name,
/// with whatever its device sends behind it, and decided when the answer is here or the budget is over. A crash loses
/// what is parked; devices repeat their bytes.
/// </summary>
public sealed partial class EdgeMachine
{
    private readonly Dictionary<long, Incoming> parked = [];
    private readonly Dictionary<KeyId, Queue<Incoming>> behind = [];
    private long newestParked;
    private bool askable;

    /// <summary>Requests that wait for the cloud.</summary>
    public int Parked => parked.Count;

    private void Park(Incoming incoming, Purse purse, Evidence evidence)
    {
        if (parked.Count >= EdgeSettings.ParkedMax)
        {
            effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
            return;
        }

        parked[++newestParked] = incoming;
        behind[incoming.Request.Kid] = [];
        effects.Add(new Effect.Ask(newestParked, purse, incoming.Request.AmountMinor, evidence));
    }

    /// <summary>
    /// What a device sent after a parked request waits behind it: else its REVERSE would overtake the request that it
    /// undoes, which would then be approved.
    /// </summary>
    private bool WaitsBehindParked(Incoming incoming)
    {
        if (!behind.TryGetValue(incoming.Request.Kid, out var queue)) return false;
        if (queue.Count < EdgeSettings.BehindMax) queue.Enqueue(incoming);
        else effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
        return true;
    }

    /// <summary>
    /// Decides a parked request, and then what waited behind it, until one of them is parked in turn.
    /// </summary>
    private void Resume(long number, Asked asked)
    {
        if (!parked.Remove(number, out var incoming)) return;
        behind.Remove(incoming.Request.Kid, out var queue);
        Decide(incoming, asked);
        while (queue!.TryDequeue(out var next))
        {
            Decide(next, null);
            if (!behind.TryGetValue(incoming.Request.Kid, out var again)) continue;
            while (queue.TryDequeue(out var rest)) again.Enqueue(rest);
        }
    }
}
