using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// Three short visits with a payee's device in them, told one by one: a hold, a session of vouchers, a refund. What
/// came of them the audit reads from books and ledger, not from here.
/// </summary>
internal sealed class Scenes(
    AttendedDevice driver, AttendedDevice charger, AttendedDevice shopper, AttendedDevice till, TimeProvider clock,
    Screen screen) : IAsyncDisposable
{
    public const int Actors = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly long[] Claims = [60, 1_20, 1_80, 2_40];

    public KeyId Driver => driver.Device.Identity.Kid;

    public KeyId Charger => charger.Device.Identity.Kid;

    public KeyId Shopper => shopper.Device.Identity.Kid;

    /// <summary>What the newest voucher claims, as the charger's own memory says.</summary>
    public long LastClaimMinor => charger.Device.State.Held?.ClaimedMinor ?? 0;

    public IEnumerable<Device> Devices => [driver.Device, charger.Device, shopper.Device];

    public void Start()
    {
        foreach (var actor in new[] { driver, charger, shopper }) actor.Start();
    }

    /// <summary>A sale, and two parts of it back.</summary>
    public async Task RefundAsync()
    {
        if (await AskAsync(shopper, Wish.Sale(3_00)) is not { } sale) return;
        var payment = PaymentId.Of(sale.Name);
        if (await AskAsync(till, Wish.Refund(payment, 70)) is null) return;
        if (await AskAsync(till, Wish.Refund(payment, 50)) is null) return;
        screen.Say("refund    EUR 1.20 of a sale of EUR 3.00 paid back in two parts");
    }

    /// <summary>
    /// More is held than the lease would bear beside the last sale: that one passes only if the rest came back.
    /// </summary>
    public async Task HoldAsync()
    {
        if (await AskAsync(driver, Wish.Auth(4_00)) is not { } auth) return;
        if (await AskAsync(driver, Wish.Increment(1_50)) is null) return;
        if (await AskAsync(till, Wish.Capture(PaymentId.Of(auth.Name), 3_20)) is null) return;
        if (await AskAsync(driver, Wish.Sale(4_00)) is null) return;
        screen.Say("hold      EUR 5.50 held (4.00 and 1.50 more), the payee's device captures 3.20, the rest is spent");
    }

    /// <summary>The payee never needs the network to know what was used: it has the payer's newest signature.</summary>
    public async Task VouchAsync()
    {
        if (await AskAsync(charger, Wish.Auth(5_00)) is not { } auth) return;
        foreach (var claim in Claims)
            if (await TryAsync(charger, Wish.Voucher(claim)) is not DeviceEffect.Vouched) return;
        if (await AskAsync(till, Wish.Capture(PaymentId.Of(auth.Name), Claims[^1])) is null) return;
        screen.Say($"vouchers  {Claims.Length} signed claims up to EUR 2.40 of EUR 5.00 held, the last one captured");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var actor in new[] { driver, charger, shopper }) await actor.DisposeAsync();
    }

    /// <summary>Null, and said, when it was not approved.</summary>
    private async Task<DeviceEffect.Finished?> AskAsync(AttendedDevice device, Wish wish)
    {
        var end = await TryAsync(device, wish);
        if (end is DeviceEffect.Finished { Code: DecisionCode.Approved } approved) return approved;
        screen.Say($"scene     a {wish.Operation} was not approved: {end}");
        return null;
    }

    private async Task<DeviceEffect?> TryAsync(AttendedDevice device, Wish wish)
    {
        try
        {
            return await device.AskAsync(wish).WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            return new DeviceEffect.Refused("no answer in time");
        }
    }
}
