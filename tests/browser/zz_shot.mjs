import { startLab, screenshot } from './harness.mjs';
const lab = await startLab();
const shots = [['desk',1280,720],['phone',390,844],['frame',700,520]];
for (const [name,width,height] of shots) {
  for (const scheme of process.argv[2]==='dark'?['dark']:['light']) {
    const page = await lab.open('?lang=es', { colorScheme: scheme, viewport: { width, height } });
    await page.locator(`[data-preset="${process.argv[3]||'parallel'}"]`).first().click();
    await page.locator('#apply').click();
    await page.waitForTimeout(Number(process.argv[4]||2500));
    if (process.argv[5]) await page.evaluate(process.argv[5]);
    await screenshot(page, `${name}-${scheme}`);
    console.log(name, page.problems);
    await page.context().close();
  }
}
await lab.stop();
