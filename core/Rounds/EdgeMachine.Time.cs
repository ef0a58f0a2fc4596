using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// What happens by time alone: holds end, and leases that nothing can change any more are closed. Each is an event of
/// this edge, in its journal, before anybody acts on it; the cloud ends nothing inside a lease by its own clock.
/// </summary>
public sealed partial class EdgeMachine
{
    /// <summary>A frozen edge may lack the captures of its lost future, so it ends and closes nothing.</summary>
    private void EndWhatIsDue()
    {
        if (book.Frozen is not FreezeCause.None || book.Incarnation == 0) return;
        while (open.Count < EdgeSettings.LeavesForTimeMax)
        {
            if (book.Holds.Due(now.ElapsedSeconds) is not { } hold) break;
            if (book.ElapsedSeconds < hold.EndsAtSeconds) TellTime();
            End(hold);
        }

        while (open.Count < EdgeSettings.LeavesForTimeMax && book.Outlived(now.ElapsedSeconds) is { } lease)
        {
            if (book.ElapsedSeconds < now.ElapsedSeconds) TellTime();
            Tell(new RoundEvent.LeaseStop(lease.Id, (int)LeaseStopReason.Time));
        }

        if (book.HasStopped) Tick();
        CloseWhatIsDone();
    }

    /// <summary>The payee's policy says what becomes of a hold that nobody finished.</summary>
    private void End(Hold hold)
    {
        KeepVoucherOf(hold.Id);
        hold = book.Holds.Find(hold.Id)!;
        var captured = !(book.Policy?.CapturingPayees.Contains(hold.Payee) ?? false) ? 0
            : hold.Kind is Operation.Sale ? hold.AmountMinor
            : hold.VoucherMinor;
        var name = hold.Name;
        var end = new RoundEvent.HoldEnd(
            name.Kid, name.Epoch, name.Sequence, captured > 0, captured > 0 ? captured : hold.AmountMinor);
        if (Planted.Is(Bug.P39)) book.Apply(end, null, null, null);
        else Tell(end);
    }

    private void CloseWhatIsDone()
    {
        if (!book.HasStopped || book.Frozen is not FreezeCause.None) return;
        foreach (var id in book.Closable().ToArray())
        {
            if (open.Count >= EdgeSettings.LeavesForTimeMax) return;
            var lease = book.Leases[id];
            Tell(new RoundEvent.LeaseClose(id, lease.SpentMinor, lease.RemainingMinor));
        }
    }

    /// <summary>
    /// Journalled time moves before anything that depends on it, in steps, so that replay sees the same time.
    /// </summary>
    private void Tick()
    {
        if (now.ElapsedSeconds - book.ElapsedSeconds >= EdgeSettings.ClockStepSeconds) TellTime();
    }

    private void TellTime() => Tell(new RoundEvent.Clock(now.ElapsedSeconds, now.Unix, (int)ClockSource.Tick));
}
